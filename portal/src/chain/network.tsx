// The network that the page shows: its deployment, the node that is asked, what that
// answered (kept until the chain says that it has changed), and whether it answers.

import {
  QueryClient,
  QueryClientProvider,
  useInfiniteQuery,
  useQuery,
  useQueryClient,
  type UseQueryResult,
} from "@tanstack/react-query";
import {
  createContext,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
  type ReactNode,
} from "react";
import { loadDeployment, nodeUrl, type Deployment, type Node } from "../config";
import { keep, recall } from "../storage";
import { Trouble, asTrouble } from "../trouble";
import type { Answer, Args, Asked, Contract } from "./contract";
import { follow } from "./live";
import { balance, smart } from "./rest";
import { searchBack, status, timesOf, type ChainEvent } from "./rpc";
import type { Dated } from "./history";

/** How long changes are collected before answers are asked for anew. */
const COLLECT_MS = 1_000;
/** How often is asked anew while there is no websocket. */
const POLL_MS = 10_000;
/** How often the shown time moves on. */
const TICK_MS = 2_000;
/** Lists with more pages than this are not asked for anew with each change. */
const MANY_PAGES = 3;

export interface Network {
  deployment: Deployment;
  node: Node;
  /** Asks another node from now on; null for the deployment's. */
  setNode(node: Node | null): void;
  /** Whether the websocket stands; null before the first try has ended. */
  connected: boolean | null;
}

const NetworkContext = createContext<Network | null>(null);
const TimeContext = createContext<number>(0);

export function useNetwork(): Network {
  const network = useContext(NetworkContext);
  if (!network) throw new Error("no network around");
  return network;
}

/** The chain's time in seconds since 1970: that of the newest block that is known. */
export function useChainTime(): number {
  return useContext(TimeContext);
}

export function makeClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 30_000,
        retry: (failures, error) => failures < 2 && asTrouble(error).what === "node_down",
        retryDelay: 500,
        // A browser that believes to be offline may still reach a node on this machine.
        networkMode: "always",
      },
    },
  });
}

export function Network({ children, fallback }: { children: ReactNode; fallback: Fallback }) {
  const [client] = useState(makeClient);
  return (
    <QueryClientProvider client={client}>
      <Loaded fallback={fallback}>{children}</Loaded>
    </QueryClientProvider>
  );
}

type Fallback = (error: Trouble | null) => ReactNode;

function Loaded({ children, fallback }: { children: ReactNode; fallback: Fallback }) {
  const { data: deployment, error } = useQuery({
    queryKey: ["deployment"],
    queryFn: loadDeployment,
    staleTime: Infinity,
  });
  if (!deployment) return fallback(error && asTrouble(error));
  return <Connected deployment={deployment}>{children}</Connected>;
}

function Connected({ deployment, children }: { deployment: Deployment; children: ReactNode }) {
  const client = useQueryClient();
  const [own, setOwn] = useState<Node | null>(keptNode);
  const [connected, setConnected] = useState<boolean | null>(null);
  const [time, setTime] = useState(localTime);
  // What the chain's clock is ahead of this machine's.
  const ahead = useRef(0);
  const node = useMemo(() => own ?? deployment.endpoints, [own, deployment]);
  const wasGone = useRef(false);

  useEffect(() => {
    const changed = new Set<Contract>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const flush = () => {
      timer = undefined;
      const contracts = new Set(changed);
      changed.clear();
      // Keys are [what, node, contract, …].
      void client.invalidateQueries({
        predicate: ({ queryKey, state }) => {
          const pages = (state.data as { pages?: unknown[] } | undefined)?.pages?.length ?? 0;
          return contracts.has(queryKey[2] as Contract) && pages <= MANY_PAGES;
        },
      });
    };
    const stop = follow(node.rpc, deployment.contracts, {
      block: (_, time) => (ahead.current = time - localTime()),
      touched: (contract) => {
        changed.add(contract);
        timer ??= setTimeout(flush, COLLECT_MS);
      },
      connected: (is) => {
        setConnected(is);
        // What happened in between was missed.
        if (is && wasGone.current) void client.invalidateQueries({ predicate: ofNode });
        wasGone.current = !is;
      },
    });
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [client, deployment, node]);

  // Time goes on also where blocks come with transactions alone.
  useEffect(() => {
    const timer = setInterval(() => setTime(localTime() + ahead.current), TICK_MS);
    return () => clearInterval(timer);
  }, []);

  const network = useMemo(() => {
    const setNode = (node: Node | null) => {
      keep("node", node && JSON.stringify(node));
      setConnected(null);
      setOwn(node);
    };
    return { deployment, node, setNode, connected };
  }, [deployment, node, connected]);
  return (
    <NetworkContext value={network}>
      <TimeContext value={time}>{children}</TimeContext>
    </NetworkContext>
  );
}

const localTime = () => Math.floor(Date.now() / 1000);
const ofNode = ({ queryKey }: { queryKey: readonly unknown[] }) => queryKey[0] !== "deployment";

function keptNode(): Node | null {
  try {
    const { rpc, rest } = JSON.parse(recall("node") ?? "null") as Node;
    return { rpc: nodeUrl(rpc), rest: nodeUrl(rest) };
  } catch {
    return null;
  }
}

/** Trouble where the node is not of the deployment's chain, or does not answer. */
export function useNodeStatus(): UseQueryResult<{ chainId: string }, Error> {
  const { deployment, node } = useNetwork();
  return useQuery({
    queryKey: ["status", node.rpc],
    queryFn: async () => {
      const found = await status(node.rpc);
      if (found.chainId === deployment.chain_id) return found;
      throw new Trouble("wrong_node", { is: found.chainId, wanted: deployment.chain_id });
    },
    refetchInterval: 15_000,
  });
}

/** What a contract answers; asked anew when the chain says that the contract was executed. */
export function useContract<C extends Contract, Q extends Asked<C>>(
  contract: C,
  asked: Q,
  args: Args<C, Q>,
  options: { enabled?: boolean } = {},
): UseQueryResult<Answer<C, Q>, Error> {
  const ask = useAsk();
  const { node, connected } = useNetwork();
  return useQuery({
    queryKey: ["contract", node.rest, contract, asked, args],
    queryFn: () => ask(contract, asked, args),
    refetchInterval: connected ? false : POLL_MS,
    enabled: options.enabled ?? true,
  });
}

/** Asks a contract once. */
export function useAsk() {
  const { deployment, node } = useNetwork();
  return <C extends Contract, Q extends Asked<C>>(contract: C, asked: Q, args: Args<C, Q>) =>
    smart(node.rest, deployment.contracts[contract], { [asked]: args }) as Promise<Answer<C, Q>>;
}

/** A list in pages, each asked for when it is needed. `next` is where the one after begins. */
export function usePages<C extends Contract, Q extends Asked<C>, P>(
  contract: C,
  asked: Q,
  args: Args<C, Q>,
  next: (page: Answer<C, Q>) => P | undefined,
  options: { enabled?: boolean } = {},
) {
  const ask = useAsk();
  const { node, connected } = useNetwork();
  return useInfiniteQuery({
    queryKey: ["contract", node.rest, contract, asked, "pages", args],
    queryFn: ({ pageParam }) => {
      const page = { ...(args as object), limit: 100, start_after: pageParam };
      return ask(contract, asked, page as Args<C, Q>);
    },
    initialPageParam: null as P | null,
    getNextPageParam: next,
    // Long lists are not asked for anew with each change, but now and then.
    refetchInterval: (query) => {
      const pages = query.state.data?.pages.length ?? 0;
      return pages > MANY_PAGES ? 120_000 : connected ? false : POLL_MS;
    },
    enabled: options.enabled ?? true,
  });
}

/** Units of the bank's that an account has. */
export function useNative(address: string | undefined, denom: string) {
  const { node, connected } = useNetwork();
  return useQuery({
    queryKey: ["bank", node.rest, "bank", address, denom],
    queryFn: () => balance(node.rest, address ?? "", denom),
    refetchInterval: connected ? 5_000 : POLL_MS,
    enabled: address !== undefined,
  });
}

/** Events of these kinds, the newest first, with their times. */
export function useEvents(
  contract: Contract,
  kinds: string[],
  where: Record<string, string> = {},
  options: { enabled?: boolean; pages?: number } = {},
): UseQueryResult<{ events: Dated[]; complete: boolean }, Error> {
  const { deployment, node } = useNetwork();
  return useQuery({
    queryKey: ["events", node.rpc, contract, kinds, where],
    queryFn: async () => {
      const address = deployment.contracts[contract];
      const pages = options.pages ?? 1;
      const found = await Promise.all(
        kinds.map((kind) => searchBack(node.rpc, address, kind, where, pages)),
      );
      const events = found.flatMap((one) => one.events);
      return {
        events: await dated(node.rpc, events),
        complete: found.every((one) => one.complete),
      };
    },
    enabled: options.enabled ?? true,
  });
}

/** Times never change, so each block is asked for once. */
const times = new Map<string, number>();

async function dated(rpc: string, events: ChainEvent[]): Promise<Dated[]> {
  const key = (height: number) => `${rpc} ${height}`;
  const unknown = events.map(({ height }) => height).filter((height) => !times.has(key(height)));
  if (unknown.length > 0) {
    for (const [height, time] of await timesOf(rpc, unknown)) times.set(key(height), time);
  }
  return events
    .map((event) => ({ event, time: times.get(key(event.height)) ?? 0 }))
    .sort((a, b) => b.event.height - a.event.height);
}
