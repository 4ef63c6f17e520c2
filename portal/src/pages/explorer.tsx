// Batches by slot, the newest first, and every fraud that was proven.

import { useContract, useEvents, usePages } from "../chain/network";
import type { Slot, SlotStage } from "../contracts/market";
import { useSay } from "../i18n";
import { to } from "../router";
import { Asking, Badge, Card, Facts, Name, Table, Time, type Tone } from "../ui/basics";
import { BatchTable } from "./batches";

export function ExplorerPage() {
  const { t, number } = useSay();
  const frauds = useEvents("market", ["batch_overturned"], {}, { pages: 3 });
  const slots = usePages("market", "slots", {}, (page) =>
    page.slots.length === 100 ? page.slots.at(-1)?.slot : undefined,
  );
  const all = slots.data?.pages.flatMap((page) => page.slots);
  return (
    <>
      <h1 tabIndex={-1}>{t("explorer_title")}</h1>
      <p>{t("explorer_about")}</p>
      <Card title={t("frauds_title")}>
        <Asking query={frauds}>
          {({ events }) => (
            <Table
              label={t("frauds_title")}
              rows={events}
              id={({ event }) => event.attributes.batch ?? event.hash}
              empty={t("frauds_none")}
              columns={[
                {
                  name: t("batch"),
                  value: ({ event }) => (
                    <a href={to.batch(event.attributes.batch ?? "")}>
                      {t("batch_named", { batch: number(Number(event.attributes.batch)) })}
                    </a>
                  ),
                },
                { name: t("time"), value: ({ time }) => <Time at={time} /> },
                {
                  name: t("fraud_kind"),
                  value: ({ event }) => t(fraudText(event.attributes.fraud)),
                },
                {
                  name: t("fraud_reporter"),
                  value: ({ event }) => <Name text={event.attributes.reporter ?? ""} />,
                },
                { name: t("transaction"), value: ({ event }) => <Name text={event.hash} /> },
              ]}
            />
          )}
        </Asking>
      </Card>
      <Card title={t("slots_title")}>
        <p>{t("slots_about")}</p>
        <Asking query={{ data: all, error: slots.error }}>
          {(all) =>
            all.length === 0 ? (
              <p className="quiet">{t("batches_none")}</p>
            ) : (
              all.map((slot, at) => <OneSlot key={slot.slot} slot={slot} open={at < 3} />)
            )
          }
        </Asking>
        {slots.hasNextPage && (
          <button
            type="button"
            disabled={slots.isFetchingNextPage}
            onClick={() => void slots.fetchNextPage()}
          >
            {t("more")}
          </button>
        )}
      </Card>
    </>
  );
}

/** The text of a kind of fraud, by the event's word for it. */
export function fraudText(kind: string | undefined) {
  const kinds = ["element", "receipt", "result", "output_count", "output_spec"] as const;
  const found = kinds.find((one) => one === kind);
  return found ? (`fraud_${found}` as const) : "fraud_other";
}

type StageName = "open" | "sealed" | "drawn" | "void";
const STAGE_TONES: Record<StageName, Tone> = {
  open: "plain",
  sealed: "warn",
  drawn: "good",
  void: "bad",
};

export function stageName(stage: SlotStage): StageName {
  if ("open" in stage) return "open";
  if ("sealed" in stage) return "sealed";
  return "drawn" in stage ? "drawn" : "void";
}

function OneSlot({ slot, open }: { slot: Slot; open: boolean }) {
  const { t, number } = useSay();
  const stage = stageName(slot.stage);
  return (
    <details className="slot" open={open}>
      <summary>
        {t("slot_named", { slot: number(slot.slot), batches: number(slot.batches) })}{" "}
        <Badge tone={STAGE_TONES[stage]}>{t(`slot_${stage}`)}</Badge> <Time at={slot.opened_at} />
      </summary>
      <SlotBatches slot={slot} />
    </details>
  );
}

/** Its batches follow one another without gaps. */
function SlotBatches({ slot }: { slot: Slot }) {
  const { t, number } = useSay();
  const label = t("slot_named", { slot: number(slot.slot), batches: number(slot.batches) });
  const batches = useContract("market", "batches", {
    start_after: slot.first_batch - 1,
    limit: Math.min(slot.batches, 100),
  });
  return (
    <Asking query={batches}>
      {({ batches }) => <BatchTable batches={batches} label={label} />}
    </Asking>
  );
}

/** How a slot was drawn. */
export function SlotFacts({ slot }: { slot: Slot }) {
  const { t, number } = useSay();
  const { stage } = slot;
  const facts: [string, React.ReactNode][] = [[t("slot_stage"), t(`slot_${stageName(stage)}`)]];
  if ("drawn" in stage) {
    facts.push(
      [t("beacon_round"), number(stage.drawn.round)],
      [t("beacon_randomness"), <Name text={stage.drawn.randomness} />],
      [t("challenged_one_in"), number(stage.drawn.challenge_one_in)],
    );
  }
  if ("sealed" in stage) facts.push([t("beacon_round"), number(stage.sealed.round)]);
  return <Facts facts={facts} />;
}
