// What an account has: votes, coins that wait, rewards, and all that can be done with them.

import { useId, useState } from "react";
import { useChainTime, useContract, useNative, useNetwork, usePages } from "../chain/network";
import { isDevnet } from "../config";
import type { Unbonding, Vote } from "../contracts/votes";
import { short } from "../format/address";
import { useSay } from "../i18n";
import { to } from "../router";
import { Trouble } from "../trouble";
import { Action, AmountField, Connect, Faucet, useAmount } from "../ui/action";
import { Asking, Badge, Card, Coins, Facts, Name, Table, Time } from "../ui/basics";
import { messages } from "../wallet/messages";
import { useWallet } from "../wallet/wallet";

export function StakePage() {
  const { t } = useSay();
  const { account } = useWallet();
  return (
    <>
      <h1 tabIndex={-1}>{t("stake_title")}</h1>
      {account ? (
        <Mine key={account.address} address={account.address} name={account.name} />
      ) : (
        <Card title={t("wallet")}>
          <p>{t("stake_needs_wallet")}</p>
          <Connect />
        </Card>
      )}
    </>
  );
}

type Doing =
  | { what: "unvote" | "revote"; vote: Vote }
  | { what: "claim"; amount: bigint }
  | { what: "rewards"; operators: string[]; amount: bigint };

function Mine({ address, name }: { address: string; name: string }) {
  const { t, native } = useSay();
  const { deployment } = useNetwork();
  const balance = useContract("coin", "balance", { address });
  const fees = useNative(address, deployment.fee_denom);
  const [doing, setDoing] = useState<Doing | null>(null);
  const close = () => setDoing(null);
  return (
    <>
      <Card title={t("account")}>
        <Facts
          facts={[
            [t("account_name"), <bdi>{name}</bdi>],
            [t("address"), <Name text={address} />],
            [t("coins_free"), balance.data ? <Coins micro={balance.data.balance} /> : t("loading")],
            [
              t("for_fees"),
              <bdi>
                {fees.data === undefined ? t("loading") : native(fees.data, deployment.fee_denom)}
              </bdi>,
            ],
          ]}
        />
        {isDevnet(deployment) && <Faucet />}
      </Card>
      <Votes address={address} doing={setDoing} />
      <Rewards address={address} doing={setDoing} />
      <Waiting address={address} doing={setDoing} />
      {doing?.what === "unvote" && <Unvote vote={doing.vote} address={address} close={close} />}
      {doing?.what === "revote" && <Revote vote={doing.vote} close={close} />}
      {doing?.what === "claim" && <Claim amount={doing.amount} close={close} />}
      {doing?.what === "rewards" && <ClaimRewards {...doing} close={close} />}
    </>
  );
}

/** An operator by its name, with a link. */
function Of({ operator }: { operator: string }) {
  const found = useContract("votes", "operator", { operator });
  return (
    <Name
      text={operator}
      href={to.operator(operator)}
      label={found.data?.metadata.name ?? short(operator)}
    />
  );
}

function Votes({ address, doing }: { address: string; doing: (doing: Doing) => void }) {
  const { t } = useSay();
  const votes = useContract("votes", "votes", { voter: address, limit: 100 });
  return (
    <Card title={t("votes_title")}>
      <Asking query={votes}>
        {({ votes }) => (
          <Table
            label={t("votes_title")}
            rows={votes}
            id={({ operator }) => operator}
            empty={t("votes_none")}
            columns={[
              { name: t("operator"), value: ({ operator }) => <Of operator={operator} /> },
              { name: t("amount"), value: ({ amount }) => <Coins micro={amount} />, number: true },
              {
                name: t("actions"),
                value: (vote) => (
                  <span className="actions">
                    <button type="button" onClick={() => doing({ what: "revote", vote })}>
                      {t("revote")}
                    </button>
                    <button type="button" onClick={() => doing({ what: "unvote", vote })}>
                      {t("unvote")}
                    </button>
                  </span>
                ),
              },
            ]}
          />
        )}
      </Asking>
      <p>
        <a href="#/operators">{t("votes_more")}</a>
      </p>
    </Card>
  );
}

function Rewards({ address, doing }: { address: string; doing: (doing: Doing) => void }) {
  const { t } = useSay();
  const rewards = useContract("votes", "rewards", { voter: address, limit: 100 });
  return (
    <Card title={t("rewards_title")}>
      <Asking query={rewards}>
        {({ rewards }) => {
          const some = rewards.filter(({ amount }) => BigInt(amount) > 0n);
          const sum = some.reduce((sum, { amount }) => sum + BigInt(amount), 0n);
          return (
            <>
              <Table
                label={t("rewards_title")}
                rows={some}
                id={({ operator }) => operator}
                empty={t("rewards_none")}
                columns={[
                  { name: t("operator"), value: ({ operator }) => <Of operator={operator} /> },
                  {
                    name: t("amount"),
                    value: ({ amount }) => <Coins micro={amount} />,
                    number: true,
                  },
                  {
                    name: t("actions"),
                    value: ({ operator, amount }) => (
                      <button
                        type="button"
                        onClick={() =>
                          doing({ what: "rewards", operators: [operator], amount: BigInt(amount) })
                        }
                      >
                        {t("rewards_claim")}
                      </button>
                    ),
                  },
                ]}
              />
              {some.length > 1 && (
                <button
                  type="button"
                  className="main"
                  onClick={() =>
                    doing({
                      what: "rewards",
                      operators: some.map(({ operator }) => operator),
                      amount: sum,
                    })
                  }
                >
                  {t("rewards_claim_all")}
                </button>
              )}
            </>
          );
        }}
      </Asking>
    </Card>
  );
}

function Waiting({ address, doing }: { address: string; doing: (doing: Doing) => void }) {
  const { t } = useSay();
  const now = useChainTime();
  const waiting = useContract("votes", "unbonding", { voter: address, limit: 100 });
  const isFree = ({ free_at }: Unbonding) => free_at <= now;
  return (
    <Card title={t("waiting_title")}>
      <p>{t("waiting_about")}</p>
      <Asking query={waiting}>
        {({ unbonding, revote }) => {
          const free = unbonding
            .filter(isFree)
            .reduce((sum, { amount }) => sum + BigInt(amount), 0n);
          return (
            <>
              <Table
                label={t("waiting_title")}
                rows={unbonding}
                id={({ operator, period }) => `${operator} ${period}`}
                empty={t("waiting_none")}
                columns={[
                  { name: t("operator"), value: ({ operator }) => <Of operator={operator} /> },
                  {
                    name: t("amount"),
                    value: ({ amount }) => <Coins micro={amount} />,
                    number: true,
                  },
                  {
                    name: t("waiting_free"),
                    value: (one) =>
                      isFree(one) ? (
                        <Badge tone="good">{t("waiting_is_free")}</Badge>
                      ) : (
                        <Time at={one.free_at} />
                      ),
                  },
                ]}
              />
              {free > 0n && (
                <button
                  type="button"
                  className="main"
                  onClick={() => doing({ what: "claim", amount: free })}
                >
                  {t("claim")}
                </button>
              )}
              {revote && (
                <p>
                  {t("revote_remembered")} <Of operator={revote.from} /> →{" "}
                  <Of operator={revote.to} /> <Coins micro={revote.amount} />{" "}
                  <Time at={revote.until} />
                </p>
              )}
            </>
          );
        }}
      </Asking>
    </Card>
  );
}

function Unvote({ vote, address, close }: { vote: Vote; address: string; close: () => void }) {
  const say = useSay();
  const { t } = say;
  const { deployment } = useNetwork();
  const operator = useContract("votes", "operator", { operator: vote.operator });
  const params = useContract("votes", "params", {});
  const most = BigInt(vote.amount);
  const amount = useAmount(most);
  const isOwner = operator.data?.owner === address;
  return (
    <Action
      title={t("unvote_title", { name: operator.data?.metadata.name ?? short(vote.operator) })}
      verb={t("unvote_sign")}
      close={close}
      plan={{
        messages: amount.trouble ?? [
          messages(deployment).unvote(vote.operator, amount.micro, isOwner),
        ],
        consequences: [
          ...(params.data
            ? [
                t("unvote_waits", {
                  amount: say.coinsUnit(amount.micro),
                  time: say.length(params.data.unbonding),
                  more: say.length(params.data.unbonding_period),
                }),
              ]
            : []),
          t("unvote_slashed"),
          ...(isOwner ? [t("unvote_bond")] : []),
        ],
      }}
    >
      <AmountField
        label={t("amount")}
        amount={amount}
        most={most}
        hint={t("you_voted", { amount: say.coinsUnit(most) })}
      />
    </Action>
  );
}

function Revote({ vote, close }: { vote: Vote; close: () => void }) {
  const say = useSay();
  const { t } = say;
  const { deployment } = useNetwork();
  const from = useContract("votes", "operator", { operator: vote.operator });
  const params = useContract("votes", "params", {});
  // The largest hundred of its kind to choose from; any other by its address.
  const others = usePages(
    "votes",
    "operators",
    { kind: from.data?.kind ?? "miner" },
    () => undefined,
    {
      enabled: from.data !== undefined,
    },
  );
  const most = BigInt(vote.amount);
  const amount = useAmount(most, undefined);
  const [target, setTarget] = useState("");
  const id = useId();
  const choices = (others.data?.pages.flatMap((page) => page.operators) ?? []).filter(
    (one) => one.operator !== vote.operator && one.standing !== "tombstoned",
  );
  const chosen = choices.find((one) => one.operator === target);
  const trouble = target === "" ? new Trouble("bad_amount", { quiet: "yes" }) : amount.trouble;
  return (
    <Action
      title={t("revote_title", { name: from.data?.metadata.name ?? short(vote.operator) })}
      verb={t("revote_sign")}
      close={close}
      plan={{
        messages: trouble ?? [messages(deployment).revote(vote.operator, target, amount.micro)],
        consequences: [
          t("revote_moves", {
            amount: say.coinsUnit(amount.micro),
            name: chosen?.metadata.name ?? short(target),
          }),
          ...(params.data
            ? [t("revote_answers", { time: say.length(params.data.unbonding) })]
            : []),
        ],
      }}
    >
      <p className="field">
        <label htmlFor={id}>{t("revote_to")}</label>
        <select id={id} value={target} onChange={(event) => setTarget(event.target.value)}>
          <option value="">{t("choose")}</option>
          {choices.map((one) => (
            <option key={one.operator} value={one.operator}>
              {one.metadata.name} · {short(one.operator)}
            </option>
          ))}
        </select>
      </p>
      <AmountField
        label={t("amount")}
        amount={amount}
        most={most}
        hint={t("you_voted", { amount: say.coinsUnit(most) })}
      />
    </Action>
  );
}

function Claim({ amount, close }: { amount: bigint; close: () => void }) {
  const { t, coinsUnit } = useSay();
  const { deployment } = useNetwork();
  return (
    <Action
      title={t("claim_title")}
      verb={t("claim_sign")}
      close={close}
      plan={{
        messages: [messages(deployment).claim()],
        consequences: [t("claim_pays", { amount: coinsUnit(amount) })],
      }}
    />
  );
}

function ClaimRewards({
  operators,
  amount,
  close,
}: {
  operators: string[];
  amount: bigint;
  close: () => void;
}) {
  const { t, coinsUnit } = useSay();
  const { deployment } = useNetwork();
  return (
    <Action
      title={t("rewards_claim_title")}
      verb={t("claim_sign")}
      close={close}
      plan={{
        messages: [messages(deployment).claimRewards(operators)],
        consequences: [t("rewards_claim_pays", { amount: coinsUnit(amount) })],
      }}
    />
  );
}
