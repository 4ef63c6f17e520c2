// What the coin is worth in compute, and what stands behind it.

import { useContract, useChainTime, useEvents } from "../chain/network";
import { opcAt, reserveHistory, supplyHistory, type Dated } from "../chain/history";
import type { BackingResponse, IssuerResponse, PegResponse, PegStep } from "../contracts/oracle";
import { scaled, MICRO } from "../format/amount";
import { useSay } from "../i18n";
import {
  Asking,
  Badge,
  Card,
  Coins,
  Facts,
  Name,
  Ops,
  Outside,
  Progress,
  Rate,
  Table,
  Time,
  type Tone,
} from "../ui/basics";
import { Bars, LineChart } from "../ui/chart";

const TONES: Record<PegResponse["status"], Tone> = {
  ok: "good",
  trusted_beacon: "warn",
  stale: "bad",
  halted: "bad",
};

export function PegPage() {
  const { t } = useSay();
  const peg = useContract("oracle", "peg", {});
  const tiers = useContract("oracle", "tiers", {});
  const backing = useContract("oracle", "backing", { limit: 100 });
  return (
    <>
      <h1 tabIndex={-1}>{t("peg_title")}</h1>
      <Asking query={peg}>
        {(peg) => (
          <Hero
            peg={peg}
            tier={tiers.data?.tiers.find(({ id }) => id === peg.tier)?.name ?? peg.tier}
          />
        )}
      </Asking>
      <Asking query={backing}>{(backing) => <Backing backing={backing} />}</Asking>
      <History />
      <Issuers backing={backing.data} />
      <Census />
      <Card title={t("tiers_title")}>
        <p>{t("tiers_about")}</p>
        <Asking query={tiers}>
          {({ tiers }) => (
            <Table
              label={t("tiers_title")}
              rows={tiers}
              id={({ id }) => id}
              empty={t("none")}
              columns={[
                { name: t("tier"), value: ({ name }) => <bdi>{name}</bdi> },
                { name: t("tier_rate"), value: ({ rate }) => <Rate rate={rate} />, number: true },
                {
                  name: t("tier_source"),
                  value: ({ source }) => (
                    <span lang="en" dir="ltr">
                      {source}
                    </span>
                  ),
                },
              ]}
            />
          )}
        </Asking>
      </Card>
    </>
  );
}

function Hero({ peg, tier }: { peg: PegResponse; tier: string }) {
  const { t } = useSay();
  return (
    <Card
      title={t("peg_now")}
      actions={<Badge tone={TONES[peg.status]}>{t(`status_${peg.status}`)}</Badge>}
    >
      <p className="hero">
        {t("peg_one_coin")} <Ops ops={peg.opc} />
      </p>
      <p>{t("peg_minute", { tier })}</p>
      <p>{t(`status_${peg.status}_about`)}</p>
      <Glide peg={peg} />
      {peg.reindex && (
        <p>
          {t("peg_reindex", { tier: peg.reindex.tier })} <Ops ops={peg.reindex.target} />{" "}
          <Time at={peg.reindex.ready_at} />
        </p>
      )}
    </Card>
  );
}

function Glide({ peg }: { peg: PegResponse }) {
  const { t } = useSay();
  if (!peg.glide_ends_at) return <p>{t("peg_still")}</p>;
  return (
    <>
      <p>
        {t("peg_glides")} <Ops ops={peg.target} /> <Time at={peg.glide_ends_at} />
      </p>
      <Progress
        part={Number(scaled(BigInt(peg.opc), 1000n, BigInt(peg.target))) / 1000}
        label={t("peg_glides")}
      />
    </>
  );
}

/** Micro-coins that ops are worth at an opc, rounded down. */
function inCoins(ops: string, opc: string): bigint {
  return scaled(BigInt(ops), MICRO, BigInt(opc));
}

function Backing({ backing }: { backing: BackingResponse }) {
  const { t, percent, native } = useSay();
  const reserve = backing.issuers.reduce((sum, one) => sum + inCoins(one.backing, backing.opc), 0n);
  const supply = BigInt(backing.supply);
  const part = supply === 0n ? null : Number(scaled(reserve, 10_000n, supply)) / 10_000;
  const short = backing.issuers.some((one) => BigInt(one.short) > 0n);
  return (
    <Card
      title={t("backing_title")}
      actions={
        <Badge tone={short ? "bad" : "good"}>
          {short ? t("backing_short") : t("backing_sound")}
        </Badge>
      }
    >
      <p>{t("backing_about")}</p>
      <Facts
        facts={[
          [t("supply"), <Coins micro={supply} />],
          [t("reserve"), <Coins micro={reserve} />],
          [t("reserve_part"), part === null ? t("none") : <bdi>{percent(part)}</bdi>],
          [t("orphan"), <Coins micro={backing.orphan} />],
          [t("forgiven"), <Coins micro={backing.forgiven} />],
          [t("bounty"), <bdi>{native(backing.bounty.amount, backing.bounty.denom)}</bdi>],
        ]}
      />
    </Card>
  );
}

/** How many pages of events the charts go back. */
const PAGES = 3;

function History() {
  const { t, coinsUnit, ops } = useSay();
  const now = useChainTime();
  const supply = useContract("coin", "supply", {});
  const censuses = useContract("oracle", "censuses", { limit: 100 });
  const steps = useContract("oracle", "peg_history", { limit: 100 });
  const params = useContract("oracle", "params", {});
  const options = { pages: PAGES };
  const minted = useEvents("oracle", ["coins_minted", "coins_burnt"], {}, options);
  const forgiven = useEvents("coin", ["wasm"], { action: "burn" }, options);
  const proven = useEvents("oracle", ["issuer_proven_changed"], {}, options);
  const committed = useEvents("oracle", ["issuer_committed"], {}, options);
  const all = [supply, censuses, steps, params, minted, forgiven, proven, committed];
  const error = all.find((one) => one.error)?.error;
  const known =
    supply.data &&
    censuses.data &&
    steps.data &&
    params.data &&
    minted.data &&
    forgiven.data &&
    proven.data &&
    committed.data;
  if (!known) {
    return (
      <Card title={t("history_title")}>
        <Asking query={{ data: undefined, error }}>{() => null}</Asking>
      </Card>
    );
  }
  const changes = merge(minted.data?.events ?? [], forgiven.data?.events ?? []);
  const supplyPoints = supplyHistory(BigInt(supply.data?.supply ?? "0"), now, changes);
  const reservePoints = reserveHistory(
    {
      censuses: censuses.data?.censuses ?? [],
      steps: steps.data?.steps ?? [],
      horizon: params.data?.reserve.horizon ?? 0,
      proven: proven.data?.events ?? [],
      committed: committed.data?.events ?? [],
    },
    proven.data?.complete ?? false,
  );
  return (
    <Card title={t("history_title")}>
      <div className="charts">
        <LineChart
          title={t("history_supply")}
          show={coinsUnit}
          lines={[
            { name: t("supply"), points: supplyPoints, steps: true },
            { name: t("reserve"), points: reservePoints },
          ]}
        />
        <LineChart
          title={t("history_opc")}
          show={ops}
          lines={[{ name: t("opc"), points: opcPoints(steps.data?.steps ?? [], now) }]}
        />
      </div>
    </Card>
  );
}

function merge(a: Dated[], b: Dated[]): Dated[] {
  return [...a, ...b].sort((one, other) => other.event.height - one.event.height);
}

/** Each step's beginning, the end of its rise, and now. */
function opcPoints(steps: PegStep[], now: number) {
  const times = steps.flatMap((step, at) => {
    const until = steps[at + 1]?.started_at ?? now;
    const rise = BigInt(step.target) - BigInt(step.start);
    const perPeriod = (BigInt(step.start) * BigInt(step.glide_bps)) / 10_000n;
    const ends =
      perPeriod > 0n
        ? step.started_at + Number((rise * BigInt(step.glide_period)) / perPeriod)
        : until;
    return [step.started_at, Math.min(Math.max(ends, step.started_at), until), until];
  });
  return [...new Set(times)].flatMap((time) => {
    const value = opcAt(steps, time);
    return value === null ? [] : [{ time, value }];
  });
}

function Issuers({ backing }: { backing: BackingResponse | undefined }) {
  const { t } = useSay();
  const issuers = useContract("oracle", "issuers", { limit: 100 });
  return (
    <Card title={t("issuers_title")}>
      <p>{t("issuers_about")}</p>
      <Asking query={issuers}>
        {({ issuers }) => (
          <Table
            label={t("issuers_title")}
            rows={issuers}
            id={({ backing }) => backing.issuer}
            empty={t("issuers_none")}
            columns={[
              { name: t("issuer"), value: (one) => <Issuer issuer={one} /> },
              {
                name: t("owes"),
                value: ({ backing }) => <Coins micro={backing.outstanding} />,
                number: true,
              },
              {
                name: t("backed"),
                value: (one) =>
                  backing ? (
                    <Coins micro={inCoins(one.backing.backing, backing.opc)} />
                  ) : (
                    t("loading")
                  ),
                number: true,
              },
              {
                name: t("committed"),
                value: ({ backing }) => <Rate rate={backing.committed} />,
                number: true,
              },
              { name: t("committed_until"), value: ({ backing }) => <Time at={backing.until} /> },
              {
                name: t("measured"),
                value: ({ backing }) => <Rate rate={backing.proven} />,
                number: true,
              },
              { name: t("standing"), value: ({ backing }) => <Standing backing={backing} /> },
              { name: t("lateness"), value: ({ backing }) => <Lateness issuer={backing.issuer} /> },
            ]}
          />
        )}
      </Asking>
    </Card>
  );
}

function Issuer({ issuer: { identity, backing } }: { issuer: IssuerResponse }) {
  return (
    <>
      <strong>
        <bdi>{identity.name}</bdi>
      </strong>{" "}
      <span className="quiet">
        <bdi>{identity.jurisdiction}</bdi>
      </span>
      <br />
      <Outside url={identity.url} />
      <br />
      <Name text={backing.issuer} />
    </>
  );
}

function Standing({ backing }: { backing: IssuerResponse["backing"] }) {
  const { t } = useSay();
  if (BigInt(backing.short) === 0n) return <Badge tone="good">{t("backing_sound")}</Badge>;
  return (
    <>
      <Badge tone="bad">{t("issuer_short")}</Badge> <Coins micro={backing.short} />{" "}
      {backing.curing_until && <Time at={backing.curing_until} />}
    </>
  );
}

function Lateness({ issuer }: { issuer: string }) {
  const { t, number } = useSay();
  const queue = useContract("market", "redemption_queue", { issuer, limit: 1 });
  return (
    <Asking query={queue}>
      {({ record }) => (
        <Badge tone={record.late_calls > 0 ? "bad" : "plain"}>
          {t("late_of", {
            late: number(record.late_calls),
            all: number(record.late_calls + record.served_calls),
          })}
        </Badge>
      )}
    </Asking>
  );
}

function Census() {
  const { t, rate, number } = useSay();
  const census = useContract("oracle", "census", {});
  const tiers = useContract("oracle", "tiers", {});
  const nameOf = (id: string) => tiers.data?.tiers.find((tier) => tier.id === id)?.name ?? id;
  return (
    <Card title={t("census_title")}>
      <p>{t("census_about")}</p>
      <Asking query={census}>
        {({ last, current, next_from }) => (
          <>
            {last ? (
              <>
                <Facts
                  facts={[
                    [t("census_number"), number(last.id)],
                    [t("census_closed"), <Time at={last.closed_at} />],
                    [t("census_operators"), number(last.operators)],
                    [t("measured"), <Rate rate={last.rate} />],
                  ]}
                />
                <Bars
                  label={t("census_by_tier")}
                  bars={last.by_tier.map((one) => ({
                    name: nameOf(one.tier),
                    value: BigInt(one.rate),
                    shown: rate(one.rate),
                  }))}
                />
              </>
            ) : (
              <p>{t("census_none")}</p>
            )}
            <p className="quiet">
              {current ? t("census_now", { id: number(current.id) }) : t("census_next")}{" "}
              {!current && <Time at={next_from} />}
            </p>
          </>
        )}
      </Asking>
    </Card>
  );
}
