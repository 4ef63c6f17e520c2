// One order: its coins and ops, its batches with what the chain checked, and what its owner
// or anybody can do with it.

import { useState } from "react";
import { useChainTime, useContract, useNetwork } from "../chain/network";
import type { Order } from "../contracts/market";
import { useSay } from "../i18n";
import { to } from "../router";
import { Action, AmountField, useAmount } from "../ui/action";
import { Asking, Badge, Card, Coins, Facts, Name, Ops, Time } from "../ui/basics";
import { messages, type Message } from "../wallet/messages";
import { useWallet } from "../wallet/wallet";
import { Batches } from "./batches";
import { Done, ORDER_TONES } from "./orders";

export function OrderPage({ order }: { order: number }) {
  const { t, number } = useSay();
  const found = useContract("market", "order", { order });
  return (
    <>
      <p>
        <a href="#/orders">{t("orders_back")}</a>
      </p>
      <h1 tabIndex={-1}>{t("order_named", { order: number(order) })}</h1>
      <Asking query={found}>
        {(order) => (
          <>
            <About order={order} />
            <Card title={t("batches_title")}>
              <p>{t("batches_about")}</p>
              <Batches filter={{ order: order.order }} />
            </Card>
          </>
        )}
      </Asking>
    </>
  );
}

function About({ order }: { order: Order }) {
  const { t, bps, number } = useSay();
  const redemption = order.redemption;
  const facts: [string, React.ReactNode][] = [
    [t("owner"), <Name text={order.owner} />],
    [
      t("kind_coordinator"),
      <Name text={order.coordinator} href={to.operator(order.coordinator)} />,
    ],
    "pay" in order.mode
      ? [t("order_price"), <bdi>{bps(order.mode.pay.price_bps)}</bdi>]
      : [t("issuer"), <Name text={order.mode.redeem.issuer} />],
    [t("order_opened"), <Time at={order.opened_at} />],
    [t("order_expires"), <Time at={order.expires} />],
    [t("order_put_in"), <Coins micro={order.coins.put_in} />],
    [t("order_spent"), <Coins micro={order.coins.spent} />],
    [t("order_reserved"), <Coins micro={order.coins.reserved} />],
    [t("order_paid_back"), <Coins micro={order.coins.paid_back} />],
    [t("order_free"), <Coins micro={order.coins.free} />],
    [t("order_total"), <Ops ops={order.ops.total} />],
    [t("order_used"), <Ops ops={order.ops.used} />],
    [t("order_privacy"), t(`privacy_${order.privacy}`)],
    [t("order_samples"), number(order.samples)],
    [
      t("order_authoriser"),
      t("app" in order.authoriser ? "authoriser_app" : "authoriser_coordinator"),
    ],
  ];
  if (redemption) facts.push([t("redemption_called"), <Ops ops={redemption.called} />]);
  if (redemption?.call)
    facts.push([t("redemption_serve_by"), <Time at={redemption.call.serve_by.time} />]);
  if (order.end_cause) facts.push([t("order_end_cause"), t(`end_${order.end_cause}`)]);
  if (order.closes) facts.push([t("order_closes"), <Time at={order.closes.time} />]);
  return (
    <Card
      title={t("pay" in order.mode ? "mode_pay" : "mode_redeem")}
      actions={<Badge tone={ORDER_TONES[order.state]}>{t(`order_${order.state}`)}</Badge>}
    >
      <p>{t(`order_${order.state}_about`)}</p>
      <Done order={order} />
      <Facts facts={facts} />
      <Doing order={order} />
    </Card>
  );
}

type What = "top_up" | "cancel" | "end" | "close";

function Doing({ order }: { order: Order }) {
  const { t } = useSay();
  const { account } = useWallet();
  const now = useChainTime();
  const [doing, setDoing] = useState<What | null>(null);
  if (!account) return null;
  const mine = account.address === order.owner;
  const can: What[] = [];
  if (order.state === "open" && "pay" in order.mode) can.push("top_up");
  if (order.state === "open" && mine) can.push("cancel");
  if (order.state === "open" && now > order.expires) can.push("end");
  if (order.state === "ending" && order.closes && now > order.closes.time) can.push("close");
  return (
    <span className="actions">
      {can.map((what) => (
        <button key={what} type="button" onClick={() => setDoing(what)}>
          {t(`order_do_${what}`)}
        </button>
      ))}
      {doing === "top_up" && <TopUp order={order} close={() => setDoing(null)} />}
      {doing && doing !== "top_up" && (
        <Simple order={order} what={doing} close={() => setDoing(null)} />
      )}
    </span>
  );
}

function TopUp({ order, close }: { order: Order; close: () => void }) {
  const { t, coinsUnit } = useSay();
  const { deployment } = useNetwork();
  const { account } = useWallet();
  const balance = useContract(
    "coin",
    "balance",
    { address: account?.address ?? "" },
    { enabled: account !== null },
  );
  const most = balance.data && BigInt(balance.data.balance);
  const amount = useAmount(most);
  return (
    <Action
      title={t("order_do_top_up")}
      verb={t("sign")}
      close={close}
      plan={{
        messages: amount.trouble ?? [messages(deployment).topUp(order.order, amount.micro)],
        consequences: [t("order_will_top_up", { amount: coinsUnit(amount.micro) })],
      }}
    >
      <AmountField label={t("amount")} amount={amount} most={most} />
    </Action>
  );
}

function Simple({
  order,
  what,
  close,
}: {
  order: Order;
  what: Exclude<What, "top_up">;
  close: () => void;
}) {
  const { t, coinsUnit } = useSay();
  const { deployment } = useNetwork();
  const make = messages(deployment);
  const sends: Record<typeof what, () => Message> = {
    cancel: () => make.cancelOrder(order.order),
    end: () => make.endOrder(order.order),
    close: () => make.closeOrder(order.order),
  };
  return (
    <Action
      title={t(`order_do_${what}`)}
      verb={t("sign")}
      close={close}
      plan={{
        messages: [sends[what]()],
        consequences: [t(`order_will_${what}`, { amount: coinsUnit(order.coins.free) })],
      }}
    />
  );
}
