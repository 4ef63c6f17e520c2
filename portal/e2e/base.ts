// What every test has: a page that asks nobody but this machine, and breaks no rule of its
// own Content-Security-Policy; and the network's other side.

import { makeCosmoshubPath } from "@cosmjs/amino";
import { SigningCosmWasmClient } from "@cosmjs/cosmwasm-stargate";
import { DirectSecp256k1HdWallet } from "@cosmjs/proto-signing";
import { test as plain, expect, type BrowserContext, type Page } from "@playwright/test";
import { deployment } from "./setup";

/** The words of devnet's funded accounts; everybody knows them. */
const WORDS = "test test test test test test test test test test test junk";
/** The app's account in the demo: it has coins. */
const APP = 9;

export { expect };

export const test = plain.extend<{ context: BrowserContext }>({
  context: async ({ context }, use) => {
    const outside: string[] = [];
    const refused: string[] = [];
    context.on("request", (request) => {
      const { hostname, protocol } = new URL(request.url());
      if (protocol.startsWith("http") && !["127.0.0.1", "localhost"].includes(hostname))
        outside.push(request.url());
    });
    context.on("console", (message) => {
      if (/Content Security Policy|TrustedHTML|TrustedScript/i.test(message.text()))
        refused.push(message.text());
    });
    context.on("weberror", (error) => refused.push(String(error.error())));
    await use(context);
    expect(outside, "requests to other machines").toEqual([]);
    expect(refused, "what the page's own policy refused, or what was thrown").toEqual([]);
  },
});

/** The page's address, at a part of it. */
export function at(part = ""): string {
  return `${process.env.PORTAL_URL}/${part}`;
}

/** Sends coins of the demo's app to somebody. */
export async function fund(address: string, micro: string): Promise<void> {
  const { endpoints, contracts } = deployment();
  const app = await DirectSecp256k1HdWallet.fromMnemonic(WORDS, {
    prefix: "wasm",
    hdPaths: [makeCosmoshubPath(APP)],
  });
  const [account] = await app.getAccounts();
  const client = await SigningCosmWasmClient.connectWithSigner(endpoints.rpc, app, {
    broadcastPollIntervalMs: 200,
  });
  const fee = { amount: [{ denom: deployment().fee_denom, amount: "20000" }], gas: "400000" };
  const transfer = { transfer: { recipient: address, amount: micro } };
  // Tests beside this one, and an auditor, send with the same key.
  const send = async (tries: number): Promise<unknown> => {
    try {
      return await client.execute(account?.address ?? "", contracts.coin, transfer, fee);
    } catch (error) {
      if (tries === 0 || !/sequence|already exists/.test(String(error))) throw error;
      await new Promise((resolve) => setTimeout(resolve, 300));
      return send(tries - 1);
    }
  };
  await send(10);
  client.disconnect();
}

/** What a contract answers, asked past the page. */
export async function ask<T>(
  contract: "coin" | "oracle" | "votes" | "market",
  query: unknown,
): Promise<T> {
  const { endpoints, contracts } = deployment();
  const encoded = encodeURIComponent(Buffer.from(JSON.stringify(query)).toString("base64"));
  const url = `${endpoints.rest}/cosmwasm/wasm/v1/contract/${contracts[contract]}/smart/${encoded}`;
  const answer = await fetch(url);
  return ((await answer.json()) as { data: T }).data;
}

export interface Operator {
  operator: string;
  standing: string;
  metadata: { name: string };
}

/** Miners that work, the largest stake first. */
export async function miners(): Promise<Operator[]> {
  const { operators } = await ask<{ operators: Operator[] }>("votes", {
    operators: { kind: "miner" },
  });
  return operators.filter(({ standing }) => standing === "active");
}

/** Has the app hand in tasks at the coordinator: products from seeds, others each `time`. */
export async function work(tasks: number, time: number): Promise<void> {
  for (let number = 0; number < tasks; number += 1) {
    const seed = (time * 16 + number).toString(16).padStart(2, "0") + "5a".repeat(31);
    const answer = await fetch(`${process.env.PORTAL_COORDINATOR}/v1/jobs`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${process.env.PORTAL_API_KEY}`,
        "content-type": "application/json",
      },
      body: JSON.stringify({ program: { gemm: { m: 512, n: 512, k: 512 } }, inputs: { seed } }),
    });
    if (!answer.ok)
      throw new Error(`the coordinator says ${answer.status}: ${await answer.text()}`);
  }
}

/** Opens a page of the portal and connects the wallet on it. */
export async function connected(page: Page, part = "#/stake"): Promise<void> {
  await page.goto(at("#/stake"));
  await page.getByRole("main").getByRole("button", { name: "Connect wallet" }).click();
  await expect(page.getByRole("button", { name: "Disconnect" })).toBeVisible();
  if (part !== "#/stake") await page.goto(at(part));
}
