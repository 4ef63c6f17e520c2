// The frame around all pages: where one is, the wallet, the node, language and look.

import { Component, useEffect, useRef, type ReactNode } from "react";
import { Network, useNetwork, useNodeStatus } from "./chain/network";
import { short } from "./format/address";
import { Languages, useSay } from "./i18n";
import { BatchPage } from "./pages/batch";
import { ExplorerPage } from "./pages/explorer";
import { OperatorPage } from "./pages/operator";
import { OperatorsPage } from "./pages/operators";
import { OrderPage } from "./pages/order";
import { OrdersPage } from "./pages/orders";
import { PegPage } from "./pages/peg";
import { StakePage } from "./pages/stake";
import { parse, useHash, type Route } from "./router";
import { Settings } from "./ui/settings";
import { Problem } from "./ui/basics";
import { useWallet, WalletProvider } from "./wallet/wallet";

export function App() {
  return (
    <Languages>
      <Guard>
        <Network fallback={(error) => <Before error={error} />}>
          <WalletProvider>
            <Frame />
          </WalletProvider>
        </Network>
      </Guard>
    </Languages>
  );
}

/** What is seen until the network is known. */
function Before({ error }: { error: unknown }) {
  const { t } = useSay();
  return (
    <main>
      <h1>Ballast</h1>
      {error ? <Problem error={error} /> : <p role="status">{t("loading")}</p>}
    </main>
  );
}

const NAVIGATION = [
  ["peg", "#/"],
  ["operators", "#/operators"],
  ["stake", "#/stake"],
  ["orders", "#/orders"],
  ["explorer", "#/explorer"],
] as const;

/** Which entry of the navigation a page belongs to. */
const BELONGS: Record<Route["page"], string> = {
  peg: "peg",
  operators: "operators",
  operator: "operators",
  stake: "stake",
  orders: "orders",
  order: "orders",
  explorer: "explorer",
  batch: "explorer",
  missing: "",
};

function Frame() {
  const { t } = useSay();
  const hash = useHash();
  const route = parse(hash);
  const main = useRef<HTMLElement>(null);
  const before = useRef(hash);

  // A screen reader learns of the new page by its heading.
  useEffect(() => {
    if (before.current === hash) return;
    before.current = hash;
    scrollTo(0, 0);
    main.current?.querySelector("h1")?.focus();
  }, [hash]);
  const here = BELONGS[route.page];
  useEffect(() => {
    const entry = NAVIGATION.find(([name]) => name === here);
    document.title = entry ? `${t(`nav_${entry[0]}`)} · Ballast` : "Ballast";
  }, [here, t]);

  return (
    <>
      <a
        className="skip"
        href="#main"
        onClick={(event) => {
          event.preventDefault();
          main.current?.focus();
        }}
      >
        {t("skip")}
      </a>
      <header className="top">
        <a className="brand" href="#/">
          <img src="./icon.svg" alt="" width="28" height="28" /> Ballast
        </a>
        <nav aria-label={t("navigation")}>
          {NAVIGATION.map(([name, href]) => (
            <a key={name} href={href} aria-current={name === here ? "page" : undefined}>
              {t(`nav_${name}`)}
            </a>
          ))}
        </nav>
        <Account />
        <Settings />
      </header>
      <Banner />
      <main ref={main} tabIndex={-1} id="main">
        <Guard key={hash}>
          <Page route={route} />
        </Guard>
      </main>
      <footer className="bottom">
        <p>{t("footer")}</p>
      </footer>
    </>
  );
}

function Page({ route }: { route: Route }) {
  const { t } = useSay();
  switch (route.page) {
    case "peg":
      return <PegPage />;
    case "operators":
      return <OperatorsPage />;
    case "operator":
      return <OperatorPage key={route.operator} operator={route.operator} />;
    case "stake":
      return <StakePage />;
    case "orders":
      return <OrdersPage />;
    case "order":
      return <OrderPage key={route.order} order={route.order} />;
    case "explorer":
      return <ExplorerPage />;
    case "batch":
      return <BatchPage key={route.batch} batch={route.batch} />;
    case "missing":
      return (
        <>
          <h1 tabIndex={-1}>{t("missing_title")}</h1>
          <p>{t("missing_about")}</p>
        </>
      );
  }
}

function Account() {
  const { t } = useSay();
  const wallet = useWallet();
  if (!wallet.account) {
    return (
      <a className="account" href="#/stake">
        {t("nav_connect")}
      </a>
    );
  }
  return (
    <span className="account">
      <bdi>{wallet.account.name}</bdi>{" "}
      <bdi dir="ltr" className="quiet" title={wallet.account.address}>
        {short(wallet.account.address)}
      </bdi>
      <button type="button" onClick={() => wallet.disconnect()}>
        {t("disconnect")}
      </button>
    </span>
  );
}

/** What concerns every page: the node, and who can be trusted with its randomness. */
function Banner() {
  const { t } = useSay();
  const { connected } = useNetwork();
  const status = useNodeStatus();
  if (status.error) {
    return (
      <div className="banner">
        <Problem error={status.error}>
          <p>{t("node_trying")}</p>
        </Problem>
      </div>
    );
  }
  if (connected === false) {
    return (
      <div className="banner" role="status">
        {t("node_no_socket")}
      </div>
    );
  }
  return null;
}

/** A defect of a page leaves the others usable, and is said. */
class Guard extends Component<{ children: ReactNode }, { error: unknown }> {
  override state = { error: null as unknown };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override render() {
    return this.state.error ? <Problem error={this.state.error} /> : this.props.children;
  }
}
