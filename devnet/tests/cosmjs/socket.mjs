// As much of CometBFT's websocket as one subscription takes.

import { SocketWrapper } from "@cosmjs/socket";

/** The first event of `query` after `cause` has run: its type and what it holds. */
export async function firstEvent(rpc, query, cause) {
  let acknowledged, happened;
  const ready = new Promise((resolve) => (acknowledged = resolve));
  const event = new Promise((resolve) => (happened = resolve));
  const socket = new SocketWrapper(
    rpc.replace("http", "ws") + "/websocket",
    ({ data }) => {
      const { result } = JSON.parse(data);
      // The subscription itself is answered by an empty result.
      if (result?.data) happened({ type: result.data.type, keys: Object.keys(result.data.value) });
      else acknowledged();
    },
    (error) => {
      throw error;
    },
  );
  socket.connect();
  await socket.connected;
  await socket.send(JSON.stringify({ jsonrpc: "2.0", id: 1, method: "subscribe", params: { query } }));
  await ready;
  await cause();
  const seen = await event;
  socket.disconnect();
  return seen;
}
