// One operator: what it is, what it has shown, what has happened to it, and a vote for it.

import { useState } from "react";
import { uptime } from "../chain/history";
import { useChainTime, useContract, useEvents, useNetwork } from "../chain/network";
import type { FaultRecord, Operator } from "../contracts/votes";
import { useSay } from "../i18n";
import { Trouble } from "../trouble";
import { Action, AmountField, Connect, useAmount } from "../ui/action";
import { Asking, Badge, Card, Coins, Facts, Name, Outside, Rate, Table, Time } from "../ui/basics";
import { Bars, LineChart } from "../ui/chart";
import { messages } from "../wallet/messages";
import { useWallet } from "../wallet/wallet";
import { STANDING_TONES } from "./operators";

export function OperatorPage({ operator }: { operator: string }) {
  const { t } = useSay();
  const found = useContract("votes", "operator", { operator });
  return (
    <>
      <p>
        <a href="#/operators">{t("operators_back")}</a>
      </p>
      <h1 tabIndex={-1}>
        <bdi>{found.data?.metadata.name ?? t("operator")}</bdi>
      </h1>
      <Asking query={found}>
        {(operator) => (
          <>
            <About operator={operator} />
            {operator.kind === "miner" && <Measured operator={operator.operator} />}
            <Past operator={operator.operator} />
          </>
        )}
      </Asking>
    </>
  );
}

function About({ operator }: { operator: Operator }) {
  const { t, percent, number } = useSay();
  const { account } = useWallet();
  const [voting, setVoting] = useState(false);
  const votes = useContract(
    "votes",
    "votes",
    { voter: account?.address ?? "", limit: 100 },
    { enabled: account !== null },
  );
  const mine = votes.data?.votes.find((vote) => vote.operator === operator.operator);
  const isOwner = account?.address === operator.owner;
  const gone = operator.standing === "tombstoned";
  return (
    <Card
      title={t(`kind_${operator.kind}`)}
      actions={
        <Badge tone={STANDING_TONES[operator.standing]}>{t(`standing_${operator.standing}`)}</Badge>
      }
    >
      <p>{t(`standing_${operator.standing}_about`)}</p>
      <Facts
        facts={[
          [t("address"), <Name text={operator.operator} />],
          [t("owner"), <Name text={operator.owner} />],
          [t("page"), <Outside url={operator.metadata.url} />],
          [t("contact"), <bdi>{operator.metadata.contact}</bdi>],
          [t("stake"), <Coins micro={operator.stake} />],
          [t("self_bond"), <Coins micro={operator.self_bond} />],
          [t("required_bond"), <Coins micro={operator.required_bond} />],
          [t("devices"), number(operator.devices)],
          [
            t("commission"),
            <bdi>
              {t("commission_of", {
                now: percent(Number(operator.commission.rate)),
                most: percent(Number(operator.commission.max_rate)),
              })}
            </bdi>,
          ],
          ...(operator.jailed_until
            ? [
                [t("jailed_until"), <Time at={operator.jailed_until} />] as [
                  string,
                  React.ReactNode,
                ],
              ]
            : []),
          ...(mine
            ? [[t("my_vote"), <Coins micro={mine.amount} />] as [string, React.ReactNode]]
            : []),
        ]}
      />
      {account ? (
        <button
          type="button"
          className="main"
          disabled={gone || isOwner}
          onClick={() => setVoting(true)}
        >
          {t("vote")}
        </button>
      ) : (
        <>
          <p>{t("vote_needs_wallet")}</p>
          <Connect />
        </>
      )}
      {isOwner && <p className="quiet">{t("vote_own")}</p>}
      {voting && <VoteAction operator={operator} close={() => setVoting(false)} />}
    </Card>
  );
}

export function VoteAction({ operator, close }: { operator: Operator; close: () => void }) {
  const say = useSay();
  const { t } = say;
  const { deployment } = useNetwork();
  const { account } = useWallet();
  const balance = useContract(
    "coin",
    "balance",
    { address: account?.address ?? "" },
    { enabled: account !== null },
  );
  const params = useContract("votes", "params", {});
  const most = balance.data && BigInt(balance.data.balance);
  const amount = useAmount(most);
  const name = operator.metadata.name;
  const none = most === 0n ? new Trouble("no_coins") : null;
  return (
    <Action
      title={t("vote_title", { name })}
      verb={t("vote_sign")}
      close={close}
      plan={{
        messages: none ??
          amount.trouble ?? [messages(deployment).vote(operator.operator, amount.micro)],
        consequences: [
          t("vote_leaves", { amount: say.coinsUnit(amount.micro), name }),
          t("vote_earns", { commission: say.percent(Number(operator.commission.rate)) }),
          t("vote_slashed"),
          ...(params.data ? [t("vote_waits", { time: say.length(params.data.unbonding) })] : []),
        ],
      }}
    >
      <AmountField
        label={t("amount")}
        amount={amount}
        most={most}
        hint={most === undefined ? undefined : t("you_have", { amount: say.coinsUnit(most) })}
      />
    </Action>
  );
}

function Measured({ operator }: { operator: string }) {
  const { t, percent, rate, number } = useSay();
  const found = useContract("oracle", "operator", { operator });
  const census = useContract("oracle", "census", {});
  return (
    <Card title={t("measured_title")}>
      <Asking query={found}>
        {(found) => {
          const part = uptime(found.results, census.data?.last?.id);
          return (
            <>
              <Facts
                facts={[
                  [t("measured"), <Rate rate={found.rate} />],
                  [t("tier"), <bdi>{found.tier ?? t("none")}</bdi>],
                  [t("uptime"), part === null ? t("unknown") : <bdi>{percent(part)}</bdi>],
                  [t("issuer"), found.issuer ? <Name text={found.issuer} /> : t("none")],
                ]}
              />
              <Bars
                label={t("measured_by_census")}
                bars={found.results.map(({ id, rate: value }) => ({
                  name: t("census_named", { id: number(id) }),
                  value: BigInt(value),
                  shown: rate(value),
                }))}
              />
            </>
          );
        }}
      </Asking>
    </Card>
  );
}

function Past({ operator }: { operator: string }) {
  const { t, percent, coinsUnit, number } = useSay();
  const now = useChainTime();
  const faults = useContract("votes", "faults", { operator, limit: 100 });
  const stakes = useEvents("votes", ["stake_changed"], { operator });
  const rewards = useEvents("votes", ["reward_paid"], { operator });
  return (
    <>
      <Card title={t("faults_title")}>
        <Asking query={faults}>
          {({ faults }) => (
            <Table
              label={t("faults_title")}
              rows={[...faults].reverse()}
              id={({ number }) => number}
              empty={t("faults_none")}
              columns={[
                { name: t("time"), value: ({ time }) => <Time at={time} /> },
                { name: t("fault"), value: (one) => t(`fault_${faultKind(one)}`) },
                {
                  name: t("slashed"),
                  value: ({ slashed }) => <Coins micro={slashed} />,
                  number: true,
                },
                {
                  name: t("slashed_part"),
                  value: ({ fraction }) => <bdi>{percent(Number(fraction))}</bdi>,
                  number: true,
                },
              ]}
            />
          )}
        </Asking>
      </Card>
      <Card title={t("stake_history")}>
        <Asking query={stakes}>
          {({ events }) => (
            <LineChart
              title={t("stake_history")}
              show={coinsUnit}
              lines={[
                {
                  name: t("stake"),
                  steps: true,
                  points: [
                    ...[...events].reverse().map(({ time, event }) => ({
                      time,
                      value: BigInt(event.attributes.stake ?? "0"),
                    })),
                    ...events.slice(0, 1).map(({ event }) => ({
                      time: now,
                      value: BigInt(event.attributes.stake ?? "0"),
                    })),
                  ],
                },
              ]}
            />
          )}
        </Asking>
      </Card>
      <Card title={t("rewards_paid")}>
        <Asking query={rewards}>
          {({ events }) => (
            <Table
              label={t("rewards_paid")}
              rows={events.slice(0, 20)}
              id={({ event, time }) => `${event.hash} ${time} ${event.attributes.amount}`}
              empty={t("rewards_paid_none")}
              columns={[
                { name: t("time"), value: ({ time }) => <Time at={time} /> },
                {
                  name: t("amount"),
                  value: ({ event }) => <Coins micro={event.attributes.amount ?? "0"} />,
                  number: true,
                },
                {
                  name: t("commission"),
                  value: ({ event }) => <Coins micro={event.attributes.commission ?? "0"} />,
                  number: true,
                },
                { name: t("block"), value: ({ event }) => number(event.height), number: true },
              ]}
            />
          )}
        </Asking>
      </Card>
    </>
  );
}

/** A fault is named by its one field. */
function faultKind({ fault }: FaultRecord): "missed" | "unanswered" | "unproven" | "fraud" {
  const kinds = ["missed", "unanswered", "unproven", "fraud"] as const;
  const named = typeof fault === "string" ? fault : Object.keys(fault)[0];
  return kinds.find((one) => one === named) ?? "unproven";
}
