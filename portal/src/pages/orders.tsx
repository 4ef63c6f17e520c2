// Orders: what an account has opened, and opening one to pay or to redeem.

import { useId, useState } from "react";
import { useChainTime, useContract, useNetwork, usePages } from "../chain/network";
import type { NewOrder } from "../contracts/hooks";
import type { Mode, Order } from "../contracts/market";
import { scaled } from "../format/amount";
import { short } from "../format/address";
import { useSay } from "../i18n";
import { to } from "../router";
import { Trouble, type TroubleName } from "../trouble";
import { Action, AmountField, Connect, useAmount } from "../ui/action";
import { Asking, Badge, Card, Coins, Progress, Table, Time, type Tone } from "../ui/basics";
import { messages } from "../wallet/messages";
import { useWallet } from "../wallet/wallet";

export const ORDER_TONES: Record<Order["state"], Tone> = {
  open: "good",
  ending: "warn",
  closed: "plain",
};

export function OrdersPage() {
  const { t } = useSay();
  const { account } = useWallet();
  const [opening, setOpening] = useState(false);
  const [whose, setWhose] = useState<"mine" | "all">("mine");
  const owner = whose === "mine" && account ? { owner: account.address } : {};
  return (
    <>
      <h1 tabIndex={-1}>{t("orders_title")}</h1>
      <p>{t("orders_about")}</p>
      <div className="toolbar">
        {account && (
          <div role="group" aria-label={t("orders_whose")}>
            {(["mine", "all"] as const).map((one) => (
              <button
                key={one}
                type="button"
                aria-pressed={one === whose}
                onClick={() => setWhose(one)}
              >
                {t(`orders_${one}`)}
              </button>
            ))}
          </div>
        )}
        {account ? (
          <button type="button" className="main" onClick={() => setOpening(true)}>
            {t("order_new")}
          </button>
        ) : (
          <Connect />
        )}
      </div>
      <List key={JSON.stringify(owner)} filter={owner} />
      {opening && <Open close={() => setOpening(false)} />}
    </>
  );
}

function List({ filter }: { filter: { owner?: string } }) {
  const { t, number } = useSay();
  const list = usePages("market", "orders", filter, ({ next }) => next ?? undefined);
  const orders = list.data?.pages.flatMap((page) => page.orders);
  return (
    <Card title={t("orders_list")}>
      <Asking query={{ data: orders, error: list.error }}>
        {(orders) => (
          <Table
            label={t("orders_list")}
            rows={[...orders].reverse()}
            id={({ order }) => order}
            empty={t("orders_none")}
            columns={[
              {
                name: t("order"),
                value: ({ order }) => (
                  <a href={to.order(order)}>{t("order_named", { order: number(order) })}</a>
                ),
              },
              {
                name: t("order_mode"),
                value: ({ mode }) => t("pay" in mode ? "mode_pay" : "mode_redeem"),
              },
              {
                name: t("standing"),
                value: ({ state }) => (
                  <Badge tone={ORDER_TONES[state]}>{t(`order_${state}`)}</Badge>
                ),
              },
              {
                name: t("order_put_in"),
                value: ({ coins }) => <Coins micro={coins.put_in} />,
                number: true,
              },
              { name: t("order_done"), value: (order) => <Done order={order} /> },
              { name: t("order_expires"), value: ({ expires }) => <Time at={expires} /> },
            ]}
          />
        )}
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
    </Card>
  );
}

/** How much of what an order buys is done. */
export function Done({ order }: { order: Order }) {
  const { t, percent } = useSay();
  const part = Number(scaled(BigInt(order.ops.used), 10_000n, BigInt(order.ops.total))) / 10_000;
  return (
    <span className="progress">
      <Progress part={part} label={t("order_done")} /> <bdi>{percent(part)}</bdi>
    </span>
  );
}

const DAY = 86_400;

function Open({ close }: { close: () => void }) {
  const say = useSay();
  const { t } = say;
  const { deployment } = useNetwork();
  const { account } = useWallet();
  const now = useChainTime();
  const balance = useContract(
    "coin",
    "balance",
    { address: account?.address ?? "" },
    { enabled: account !== null },
  );
  const coordinators = usePages("votes", "operators", { kind: "coordinator" }, () => undefined);
  const issuers = useContract("oracle", "issuers", { limit: 100 });
  const most = balance.data && BigInt(balance.data.balance);
  const amount = useAmount(most);
  const [mode, setMode] = useState<"pay" | "redeem">("pay");
  const [coordinator, setCoordinator] = useState("");
  const [issuer, setIssuer] = useState("");
  const [price, setPrice] = useState("100");
  const [days, setDays] = useState("1");
  const [authoriser, setAuthoriser] = useState<"coordinator" | "app">("coordinator");
  const [key, setKey] = useState("");
  const [privacy, setPrivacy] = useState<"sampled" | "private">("sampled");
  const fee = useAmount(amount.micro, "0");

  const bps = Math.round(Number(price) * 100);
  const priced: Mode =
    mode === "pay"
      ? { pay: { price_bps: bps } }
      : { redeem: { issuer, fee: fee.micro.toString() } };
  const trouble = firstTrouble([
    [coordinator === "" || (mode === "redeem" && issuer === ""), "bad_amount", true],
    [mode === "pay" && !(Number.isInteger(bps) && bps >= 1), "bad_amount", false],
    [!(Number(days) > 0), "bad_amount", false],
    [authoriser === "app" && !/^[0-9a-f]{64}$/i.test(key), "bad_key", key === ""],
  ]);
  const feeTrouble = mode === "redeem" && fee.text.trim() !== "0" ? fee.trouble : null;
  const order: NewOrder = {
    mode: priced,
    coordinator,
    authoriser:
      authoriser === "app"
        ? { app: { public_key: key.toLowerCase() } }
        : { coordinator: { daily_cap: amount.micro.toString() } },
    privacy,
    samples: null,
    expires: Math.floor(now + Number(days) * DAY),
  };
  const quote = useContract(
    "market",
    "quote",
    { amount: amount.micro.toString(), mode: priced },
    { enabled: !trouble && !amount.trouble },
  );
  const name = coordinators.data?.pages[0]?.operators.find((one) => one.operator === coordinator)
    ?.metadata.name;
  return (
    <Action
      title={t("order_new")}
      verb={t("order_open_sign")}
      close={close}
      plan={{
        messages: trouble ??
          amount.trouble ??
          feeTrouble ?? [messages(deployment).openOrder(amount.micro, order)],
        consequences: [
          t(mode === "pay" ? "order_pays" : "order_burns", {
            amount: say.coinsUnit(amount.micro),
            name: name ?? short(coordinator),
          }),
          ...(quote.data ? [t("order_buys", { ops: say.ops(quote.data.ops) })] : []),
          t("order_ends", { time: say.moment(order.expires) }),
          t(authoriser === "app" ? "order_by_app" : "order_by_coordinator"),
          t(privacy === "sampled" ? "order_sampled" : "order_private"),
        ],
      }}
    >
      <Choice
        label={t("order_mode")}
        value={mode}
        set={setMode}
        options={[
          ["pay", t("mode_pay")],
          ["redeem", t("mode_redeem")],
        ]}
      />
      <AmountField
        label={t("amount")}
        amount={amount}
        most={most}
        hint={most === undefined ? undefined : t("you_have", { amount: say.coinsUnit(most) })}
      />
      <Choice
        label={t("kind_coordinator")}
        value={coordinator}
        set={setCoordinator}
        options={[
          ["", t("choose")],
          ...(coordinators.data?.pages[0]?.operators ?? []).map((one): [string, string] => [
            one.operator,
            one.metadata.name,
          ]),
        ]}
      />
      {mode === "pay" ? (
        <Field label={t("order_price")} value={price} set={setPrice} />
      ) : (
        <>
          <Choice
            label={t("issuer")}
            value={issuer}
            set={setIssuer}
            options={[
              ["", t("choose")],
              ...(issuers.data?.issuers ?? []).map((one): [string, string] => [
                one.backing.issuer,
                one.identity.name,
              ]),
            ]}
          />
          <AmountField label={t("order_fee")} amount={fee} />
        </>
      )}
      <Field label={t("order_days")} value={days} set={setDays} />
      <Choice
        label={t("order_authoriser")}
        value={authoriser}
        set={setAuthoriser}
        options={[
          ["coordinator", t("authoriser_coordinator")],
          ["app", t("authoriser_app")],
        ]}
      />
      {authoriser === "app" && <Field label={t("order_key")} value={key} set={setKey} />}
      <Choice
        label={t("order_privacy")}
        value={privacy}
        set={setPrivacy}
        options={[
          ["sampled", t("privacy_sampled")],
          ["private", t("privacy_private")],
        ]}
      />
    </Action>
  );
}

/** The first thing that is wrong; quiet where something is only not chosen yet. */
function firstTrouble(checks: [boolean, TroubleName, boolean][]): Trouble | null {
  const found = checks.find(([wrong]) => wrong);
  return found ? new Trouble(found[1], found[2] ? { quiet: "yes" } : {}) : null;
}

function Field({
  label,
  value,
  set,
}: {
  label: string;
  value: string;
  set: (value: string) => void;
}) {
  const id = useId();
  return (
    <p className="field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        dir="ltr"
        autoComplete="off"
        value={value}
        onChange={(event) => set(event.target.value)}
      />
    </p>
  );
}

function Choice<T extends string>({
  label,
  value,
  set,
  options,
}: {
  label: string;
  value: T;
  set: (value: T) => void;
  options: [T, string][];
}) {
  const id = useId();
  return (
    <p className="field">
      <label htmlFor={id}>{label}</label>
      <select id={id} value={value} onChange={(event) => set(event.target.value as T)}>
        {options.map(([value, shown]) => (
          <option key={value} value={value}>
            {shown}
          </option>
        ))}
      </select>
    </p>
  );
}
