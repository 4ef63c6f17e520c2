import { afterEach, expect, test, vi } from "vitest";
import { account, included, smart } from "./rest";
import { fromBase64, textToBase64, toBase64 } from "./base64";
import { search, searchBack, timesOf } from "./rpc";

const answers = (...bodies: { status?: number; body: unknown }[]) => {
  const fetch = vi.fn(async (_url: string, _init?: RequestInit) => {
    const { status = 200, body } = bodies.shift() ?? { status: 500, body: {} };
    return new Response(typeof body === "string" ? body : JSON.stringify(body), { status });
  });
  vi.stubGlobal("fetch", fetch);
  return fetch;
};

afterEach(() => vi.unstubAllGlobals());

test("a contract is asked by base64 in the path", async () => {
  const fetch = answers({ body: { data: { ok: 1 } } });
  const message = { operators: { kind: "miner", name: "é" } };
  expect(await smart("http://node", "wasm1x", message)).toEqual({ ok: 1 });
  const url = fetch.mock.calls[0]?.[0] ?? "";
  const sent = decodeURIComponent(url.slice(url.indexOf("/smart/") + 7));
  expect(JSON.parse(Buffer.from(sent, "base64").toString())).toEqual(message);
  expect(textToBase64("é")).toBe("w6k=");
  const bytes = Uint8Array.from({ length: 256 }, (_, at) => at);
  expect(fromBase64(toBase64(bytes))).toEqual(bytes);
});

test.each([
  [
    { status: 500, body: { message: "type: X not found: query wasm contract failed" } },
    "not_found",
  ],
  [
    { status: 500, body: { message: "no such query: query wasm contract failed" } },
    "contract_refused",
  ],
  [{ status: 502, body: "<html>" }, "node_answer"],
  [{ status: 501, body: { message: "unknown route" } }, "node_answer"],
])("%j is %s", async (answer, what) => {
  answers(answer);
  await expect(smart("http://node", "wasm1x", {})).rejects.toMatchObject({ what });
});

test("nobody there is trouble with the node's name", async () => {
  vi.stubGlobal("fetch", async () => {
    throw new TypeError("failed to fetch");
  });
  await expect(smart("http://node:1/x", "a", {})).rejects.toMatchObject({
    what: "node_down",
    values: { node: "http://node:1" },
  });
});

const tx = (hash: string, ...events: [string, Record<string, string>][]) => ({
  hash,
  height: "7",
  tx_result: {
    events: events.map(([type, attributes]) => ({
      type,
      attributes: Object.entries(attributes).map(([key, value]) => ({ key, value })),
    })),
  },
});

test("only the contract's own events of that kind are found", async () => {
  const fetch = answers({
    body: {
      result: {
        total_count: "1",
        txs: [
          tx(
            "A",
            ["wasm-coins_minted", { _contract_address: "me", amount: "1" }],
            ["wasm-coins_minted", { _contract_address: "someone", amount: "2" }],
            ["wasm-other", { _contract_address: "me" }],
            ["wasm-coins_minted", { _contract_address: "me", amount: "3" }],
          ),
        ],
      },
    },
  });
  const { events } = await search("http://rpc", "me", "coins_minted");
  expect(events.map(({ attributes }) => attributes.amount)).toEqual(["3", "1"]);
  const sent = JSON.parse(String(fetch.mock.calls[0]?.[1]?.body)) as { params: { query: string } };
  expect(sent.params.query).toBe("wasm-coins_minted._contract_address='me'");
});

test("a search goes back page by page, and says whether that was all", async () => {
  const page = (total: string) => ({ body: { result: { total_count: total, txs: [] } } });
  answers(page("150"), page("150"));
  expect((await searchBack("http://rpc", "me", "x", {}, 3)).complete).toBe(true);
  answers(page("500"), page("500"));
  expect((await searchBack("http://rpc", "me", "x", {}, 2)).complete).toBe(false);
});

test("times come in one request, each once", async () => {
  const fetch = answers({
    body: [
      { id: 0, result: { header: { time: "2026-01-31T12:00:00.5Z" } } },
      { id: 1, error: {} },
    ],
  });
  const times = await timesOf("http://rpc", [5, 5, 6]);
  expect([...times]).toEqual([[5, 1_769_860_800]]);
  expect(fetch).toHaveBeenCalledTimes(1);
});

test("an account that nobody has sent anything to, and a transaction that is in no block", async () => {
  const missing = (message: string) => ({ status: 404, body: { code: 5, message } });
  answers(missing("account wasm1x not found: key not found"));
  await expect(account("http://node", "wasm1x")).rejects.toMatchObject({ what: "no_account" });
  answers(missing("tx not found: AB"));
  expect(await included("http://node", "AB")).toBeNull();
  // Newer chains have numbers that a JavaScript number does not hold.
  answers({ body: { account: { account_number: "18446744073709551615", sequence: "3" } } });
  expect(await account("http://node", "wasm1x")).toEqual({
    accountNumber: "18446744073709551615",
    sequence: "3",
  });
});
