// What happens on the chain, as it happens: one websocket, one subscription for each
// contract and one for blocks (a node allows five). It comes back by itself.

import { seconds } from "./rpc";
import type { Contract } from "./contract";

export interface Listener {
  /** A new block. */
  block(height: number, time: number): void;
  /** A transaction has executed this contract. */
  touched(contract: Contract): void;
  /** The connection is there, or is gone. */
  connected(is: boolean): void;
}

/** Waits between tries to connect: soon at first, then ever later. */
const WAITS_MS = [500, 1_000, 2_000, 5_000, 10_000];

/** Follows a chain until the function that is returned is called. */
export function follow(
  rpc: string,
  contracts: Record<Contract, string>,
  listener: Listener,
): () => void {
  let socket: WebSocket | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let tries = 0;
  let over = false;
  const names = Object.keys(contracts) as Contract[];
  const queries = [
    "tm.event='NewBlockHeader'",
    ...names.map((name) => `tm.event='Tx' AND execute._contract_address='${contracts[name]}'`),
  ];

  const connect = () => {
    socket = new WebSocket(`${rpc.replace(/^http/, "ws")}/websocket`);
    socket.onopen = () => {
      tries = 0;
      for (const [id, query] of queries.entries()) {
        socket?.send(
          JSON.stringify({ jsonrpc: "2.0", id, method: "subscribe", params: { query } }),
        );
      }
      listener.connected(true);
    };
    socket.onmessage = ({ data }) => receive(String(data));
    socket.onclose = () => {
      if (over) return;
      listener.connected(false);
      const wait = WAITS_MS[Math.min(tries, WAITS_MS.length - 1)];
      tries += 1;
      timer = setTimeout(connect, wait);
    };
  };

  const receive = (text: string) => {
    const { id, result, error } = JSON.parse(text) as {
      id: number;
      result?: { data?: { value: { header?: { height: string; time: string } } } };
      error?: unknown;
    };
    // A node that drops a slow client's subscriptions says so: begin anew.
    if (error) return socket?.close();
    if (!result?.data) return;
    const { header } = result.data.value;
    const name = names[id - 1];
    if (header) listener.block(Number(header.height), seconds(header.time));
    else if (name) listener.touched(name);
  };

  connect();
  return () => {
    over = true;
    clearTimeout(timer);
    socket?.close();
  };
}
