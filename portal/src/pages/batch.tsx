// One batch: what was committed, what the beacon drew, what was opened and recomputed, and
// how it ended.

import { useContract, useEvents } from "../chain/network";
import type { Dated } from "../chain/history";
import type { Batch } from "../contracts/market";
import type { Key } from "../i18n/en";
import { useSay } from "../i18n";
import { to } from "../router";
import { Asking, Badge, Card, Coins, Facts, Name, Ops, Table, Time } from "../ui/basics";
import { BATCH_TONES } from "./batches";
import { SlotFacts, fraudText } from "./explorer";

/** Events of a batch, in the order in which they can come. */
const KINDS = [
  "batch_committed",
  "samples_opened",
  "batch_proven",
  "demand_made",
  "demand_answered",
  "batch_settled",
  "batch_failed",
  "batch_overturned",
] as const;

export function BatchPage({ batch }: { batch: number }) {
  const { t, number } = useSay();
  const found = useContract("market", "batch", { batch });
  return (
    <>
      <p>
        <a href="#/explorer">{t("explorer_back")}</a>
      </p>
      <h1 tabIndex={-1}>{t("batch_named", { batch: number(batch) })}</h1>
      <Asking query={found}>
        {(batch) => (
          <>
            <About batch={batch} />
            <Drawn batch={batch} />
            <Past batch={batch} />
          </>
        )}
      </Asking>
    </>
  );
}

function About({ batch }: { batch: Batch }) {
  const { t, number } = useSay();
  const { commitment } = batch;
  const last = commitment.first_nonce + commitment.span - 1;
  const facts: [string, React.ReactNode][] = [
    [t("worker"), <Name text={batch.worker} href={to.operator(batch.worker)} />],
    [
      t("order"),
      <a href={to.order(batch.order)}>{t("order_named", { order: number(batch.order) })}</a>,
    ],
    [t("work"), <Ops ops={commitment.ops} />],
    [t("charge"), <Coins micro={batch.charge} />],
    [t("tasks"), t("tasks_range", { first: number(commitment.first_nonce), last: number(last) })],
    [t("receipts_root"), <Name text={commitment.root} />],
    [t("committed_at"), <Time at={batch.committed_at} />],
    [t("block"), number(batch.height)],
  ];
  if (BigInt(batch.void_ops) > 0n) facts.push([t("void_ops"), <Ops ops={batch.void_ops} />]);
  if (batch.open_until && !batch.ended_at)
    facts.push([t("open_until"), <Time at={batch.open_until.time} />]);
  if (batch.ended_at) facts.push([t("ended_at"), <Time at={batch.ended_at} />]);
  return (
    <Card
      title={t("batch")}
      actions={<Badge tone={BATCH_TONES[batch.state]}>{t(`batch_${batch.state}`)}</Badge>}
    >
      <p>{t(`batch_${batch.state}_about`)}</p>
      <Facts facts={facts} />
    </Card>
  );
}

function Drawn({ batch }: { batch: Batch }) {
  const { t, number, ops } = useSay();
  const slot = useContract("market", "slot", { slot: batch.slot });
  const openings = useContract("market", "openings", { batch: batch.batch });
  return (
    <Card title={t("drawn_title")}>
      <p>{t("drawn_about")}</p>
      <Asking query={slot}>{(slot) => <SlotFacts slot={slot} />}</Asking>
      <Asking query={openings}>
        {({ samples }) => (
          <Table
            label={t("drawn_title")}
            rows={samples}
            id={({ sample }) => sample}
            empty={t("drawn_none")}
            columns={[
              { name: t("sample"), value: ({ sample }) => number(sample + 1), number: true },
              {
                name: t("sample_position"),
                value: ({ position }) => <bdi>{ops(position)}</bdi>,
                number: true,
              },
              {
                name: t("sample_by"),
                value: ({ by_cost }) => t(by_cost ? "sample_by_cost" : "sample_uniform"),
              },
              {
                name: t("sample_opened"),
                value: ({ opened }) => (
                  <Badge tone={opened ? "good" : "plain"}>
                    {t(opened ? "sample_recomputed" : "sample_waits")}
                  </Badge>
                ),
              },
            ]}
          />
        )}
      </Asking>
    </Card>
  );
}

function Past({ batch }: { batch: Batch }) {
  const { t, number } = useSay();
  const found = useEvents("market", [...KINDS], { batch: String(batch.batch) });
  return (
    <Card title={t("batch_history")}>
      <Asking query={found}>
        {({ events }) => (
          <Table
            label={t("batch_history")}
            rows={inOrder(events)}
            id={({ event }) => `${event.hash} ${event.kind} ${event.attributes.demand ?? ""}`}
            empty={t("none")}
            columns={[
              { name: t("time"), value: ({ time }) => <Time at={time} /> },
              { name: t("event"), value: ({ event }) => <What event={event} /> },
              { name: t("block"), value: ({ event }) => number(event.height), number: true },
              { name: t("transaction"), value: ({ event }) => <Name text={event.hash} /> },
            ]}
          />
        )}
      </Asking>
    </Card>
  );
}

function inOrder(events: Dated[]): Dated[] {
  const rank = ({ event }: Dated) => KINDS.findIndex((kind) => kind === event.kind);
  return [...events].sort((a, b) => a.event.height - b.event.height || rank(a) - rank(b));
}

function What({ event: { kind, attributes } }: { event: Dated["event"] }) {
  const { t, number, coinsUnit } = useSay();
  const coins = (name: string) => coinsUnit(attributes[name] ?? "0");
  const known = KINDS.find((one) => one === kind);
  switch (known) {
    case "samples_opened":
      return t("event_samples_opened", { count: number(Number(attributes.count)) });
    case "batch_settled":
      return BigInt(attributes.burnt ?? "0") > 0n
        ? t("event_batch_burnt", { amount: coins("burnt") })
        : t("event_batch_settled", {
            worker: coins("worker_paid"),
            coordinator: coins("coordinator_paid"),
          });
    case "batch_failed":
      return t("event_batch_failed", { penalty: coins("penalty") });
    case "batch_overturned":
      return (
        <>
          {t("event_batch_overturned")} {t(fraudText(attributes.fraud))}{" "}
          <Name text={attributes.reporter ?? ""} />
        </>
      );
    case undefined:
      return kind;
    default:
      return t(`event_${known}` satisfies Key);
  }
}
