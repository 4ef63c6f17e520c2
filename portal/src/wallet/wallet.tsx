// The wallet that is connected, for all of the page.

import {
  createContext,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useState,
  type ReactNode,
} from "react";
import { useNetwork } from "../chain/network";
import { keep, recall } from "../storage";
import { Trouble, asTrouble } from "../trouble";
import { connect, findWallets, type Account, type Found } from "./keplr";

export interface Wallet {
  account: Account | null;
  /** Whether the wallet is being asked. */
  asking: boolean;
  trouble: Trouble | null;
  /** Connects a wallet that was found; the first one if none is named. */
  connect(id?: string): void;
  disconnect(): void;
  /** Wallets to choose from. */
  find(): Found[];
}

const Context = createContext<Wallet | null>(null);

export function useWallet(): Wallet {
  const wallet = useContext(Context);
  if (!wallet) throw new Error("no wallet around");
  return wallet;
}

/** How long after the page wallets may put themselves into it. */
const ARRIVAL_MS = 1_500;

export function WalletProvider({ children }: { children: ReactNode }) {
  const { deployment, node } = useNetwork();
  const [account, setAccount] = useState<Account | null>(null);
  const [asking, setAsking] = useState(false);
  const [trouble, setTrouble] = useState<Trouble | null>(null);

  const ask = useCallback(
    async (wallet: Found | undefined) => {
      setAsking(true);
      setTrouble(null);
      try {
        if (!wallet) throw new Trouble("no_wallet");
        setAccount(await connect(wallet, deployment.chain_id, node));
        keep("wallet", wallet.id);
      } catch (error) {
        setAccount(null);
        setTrouble(asTrouble(error));
      } finally {
        setAsking(false);
      }
    },
    [deployment, node],
  );

  // Who was connected before is again, without a click.
  useEffect(() => {
    const before = recall("wallet");
    if (!before) return;
    const begun = Date.now();
    let timer: ReturnType<typeof setTimeout>;
    const look = () => {
      const found = findWallets().find(({ id }) => id === before);
      if (found) void ask(found);
      else if (Date.now() - begun < ARRIVAL_MS) timer = setTimeout(look, 100);
    };
    look();
    return () => clearTimeout(timer);
  }, [ask]);

  // Another account was chosen in the wallet.
  const wallet = account?.wallet;
  useEffect(() => {
    const found = findWallets().find(({ id }) => id === wallet);
    if (!found) return;
    const changed = () => void ask(found);
    addEventListener(found.changed, changed);
    return () => removeEventListener(found.changed, changed);
  }, [wallet, ask]);

  const value = useMemo<Wallet>(
    () => ({
      account,
      asking,
      trouble,
      connect: (id) => {
        const found = findWallets();
        void ask(found.find((one) => one.id === id) ?? found[0]);
      },
      disconnect: () => {
        keep("wallet", null);
        setAccount(null);
        setTrouble(null);
      },
      find: findWallets,
    }),
    [account, asking, trouble, ask],
  );
  return <Context value={value}>{children}</Context>;
}
