import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { follow } from "./live";

class Socket {
  static all: Socket[] = [];
  sent: { id: number; params: { query: string } }[] = [];
  onopen?: () => void;
  onclose?: () => void;
  onmessage?: (event: { data: string }) => void;
  constructor(readonly url: string) {
    Socket.all.push(this);
  }
  send(text: string) {
    this.sent.push(JSON.parse(text));
  }
  close() {
    this.onclose?.();
  }
  says(body: unknown) {
    this.onmessage?.({ data: JSON.stringify(body) });
  }
}

const contracts = { coin: "c", oracle: "o", votes: "v", market: "m" };

beforeEach(() => {
  Socket.all = [];
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", Socket);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("contracts that were executed are named, blocks tell the time", () => {
  const [touched, block, connected] = [vi.fn(), vi.fn(), vi.fn()];
  const stop = follow("http://node:1", contracts, { touched, block, connected });
  const [socket] = Socket.all;
  expect(socket?.url).toBe("ws://node:1/websocket");
  socket?.onopen?.();
  // CometBFT allows five subscriptions of one client.
  expect(socket?.sent).toHaveLength(5);
  const votes = socket?.sent.find(({ params }) => params.query.includes("'v'"));
  socket?.says({ id: votes?.id, result: {} });
  expect(touched).not.toHaveBeenCalled();
  socket?.says({ id: votes?.id, result: { data: { value: { TxResult: {} } } } });
  expect(touched).toHaveBeenCalledExactlyOnceWith("votes");
  const header = { height: "9", time: "2026-01-31T12:00:00Z" };
  socket?.says({ id: 0, result: { data: { value: { header } } } });
  expect(block).toHaveBeenCalledExactlyOnceWith(9, 1_769_860_800);
  stop();
});

test("a lost connection is told and comes back; a stopped one does not", () => {
  const connected = vi.fn();
  const stop = follow("https://node", contracts, { touched: vi.fn(), block: vi.fn(), connected });
  Socket.all[0]?.onopen?.();
  Socket.all[0]?.close();
  expect(connected.mock.calls).toEqual([[true], [false]]);
  vi.advanceTimersByTime(500);
  expect(Socket.all).toHaveLength(2);
  expect(Socket.all[1]?.url).toBe("wss://node/websocket");
  // A node that has dropped a subscription: begin anew.
  Socket.all[1]?.onopen?.();
  Socket.all[1]?.says({ id: 1, error: { message: "client was too slow" } });
  vi.advanceTimersByTime(500);
  expect(Socket.all).toHaveLength(3);
  stop();
  vi.advanceTimersByTime(60_000);
  expect(Socket.all).toHaveLength(3);
});
