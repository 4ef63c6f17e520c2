// Batches in a table, wherever they are listed.

import { usePages } from "../chain/network";
import type { Batch, BatchState } from "../contracts/market";
import { useSay } from "../i18n";
import { to } from "../router";
import { Asking, Badge, Coins, Name, Ops, Table, Time, type Tone } from "../ui/basics";

export const BATCH_TONES: Record<BatchState, Tone> = {
  committed: "plain",
  sealed: "plain",
  cleared: "plain",
  challenged: "warn",
  proven: "good",
  settled: "good",
  failed: "bad",
  overturned: "bad",
};

export function Batches({ filter }: { filter: { order?: number; worker?: string } }) {
  const { t } = useSay();
  const list = usePages("market", "batches", filter, ({ next }) => next ?? undefined);
  const batches = list.data?.pages.flatMap((page) => page.batches);
  return (
    <>
      <Asking query={{ data: batches, error: list.error }}>
        {(batches) => <BatchTable batches={[...batches].reverse()} />}
      </Asking>
      {list.hasNextPage && (
        <button
          type="button"
          disabled={list.isFetchingNextPage}
          onClick={() => void list.fetchNextPage()}
        >
          {t("more")}
        </button>
      )}
    </>
  );
}

/** `label` names the table where there are several. */
export function BatchTable({ batches, label }: { batches: Batch[]; label?: string }) {
  const { t, number } = useSay();
  return (
    <Table
      label={label ?? t("batches_title")}
      rows={batches}
      id={({ batch }) => batch}
      empty={t("batches_none")}
      columns={[
        {
          name: t("batch"),
          value: ({ batch }) => (
            <a href={to.batch(batch)}>{t("batch_named", { batch: number(batch) })}</a>
          ),
        },
        {
          name: t("standing"),
          value: ({ state }) => <Badge tone={BATCH_TONES[state]}>{t(`batch_${state}`)}</Badge>,
        },
        { name: t("order"), value: ({ order }) => <a href={to.order(order)}>{number(order)}</a> },
        {
          name: t("worker"),
          value: ({ worker }) => <Name text={worker} href={to.operator(worker)} />,
        },
        { name: t("work"), value: ({ commitment }) => <Ops ops={commitment.ops} />, number: true },
        { name: t("charge"), value: ({ charge }) => <Coins micro={charge} />, number: true },
        { name: t("samples_opened"), value: ({ opened }) => number(opened), number: true },
        { name: t("committed_at"), value: ({ committed_at }) => <Time at={committed_at} /> },
      ]}
    />
  );
}
