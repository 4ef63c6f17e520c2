// What can go wrong, each with its sentence and the way on.

import { join } from "node:path";
import type { Page } from "@playwright/test";
import { at, connected, expect, fund, miners, test } from "./base";
import { root } from "./places";
import { cuttable, servePage } from "./serve";
import { deployment } from "./setup";
import { installWallet, newWords } from "./wallet";

const connect = (page: Page) =>
  page.getByRole("main").getByRole("button", { name: "Connect wallet" });

test("without a wallet everything can be read", async ({ page }) => {
  await page.goto(at());
  await expect(page.getByText(/1 coin = /)).toBeVisible();
  await page.goto(at("#/stake"));
  await connect(page).click();
  await expect(page.getByRole("alert")).toContainText("There is no wallet in this browser.");
});

test("a wallet that refuses, is locked or does not know the chain", async ({ context, page }) => {
  const { mood } = await installWallet(context, await newWords());
  await page.goto(at("#/stake"));
  mood.refuses = "connecting";
  await connect(page).click();
  await expect(page.getByRole("alert")).toContainText("You declined in the wallet");
  mood.refuses = "nothing";
  mood.locked = true;
  await connect(page).click();
  await expect(page.getByRole("alert")).toContainText(
    "The wallet is locked. Unlock it, then try again.",
  );
  mood.locked = false;
  mood.knowsChain = false;
  await connect(page).click();
  await expect(page.getByRole("alert")).toContainText("The wallet does not know this chain");
  mood.knowsChain = true;
  await connect(page).click();
  await expect(page.getByRole("button", { name: "Disconnect" })).toBeVisible();
});

test("an account without coins, without fees, and one that declines to sign", async ({
  context,
  page,
}) => {
  const wallet = await installWallet(context, await newWords());
  const [miner] = await miners();
  await connected(page, `#/operators/${miner?.operator}`);
  await page.getByRole("button", { name: "Vote", exact: true }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText("The account has too few coins.");
  await fund(wallet.address, "1000000");
  await expect(dialog.getByText("You have 1 coins.")).toBeVisible();
  await dialog.getByLabel("Amount in coins").fill("2");
  await expect(dialog).toContainText("That is more than the 1 coins there are.");
  await dialog.getByLabel("Amount in coins").fill("x");
  await expect(dialog).toContainText("Type an amount above zero");
  await dialog.getByLabel("Amount in coins").fill("0.25");
  await expect(dialog.getByRole("alert")).toContainText(
    "has never received anything, so it cannot pay the fee",
  );
  await expect(dialog.getByRole("button", { name: "Sign the vote" })).toBeDisabled();
  await dialog.getByRole("button", { name: "Get test coins for fees" }).click();
  wallet.mood.refuses = "signing";
  await dialog.getByRole("button", { name: "Sign the vote" }).click();
  await expect(dialog.getByRole("alert")).toContainText(
    "You declined in the wallet, so nothing was done.",
  );
  wallet.mood.refuses = "nothing";
  await dialog.getByRole("button", { name: "Try again" }).last().click();
  await dialog.getByRole("button", { name: "Sign the vote" }).click();
  await expect(dialog.getByText("Done")).toBeVisible();
});

test("another account is chosen in the wallet", async ({ context, page }) => {
  const wallet = await installWallet(context, await newWords(), "Ada");
  await connected(page);
  await expect(page.getByRole("banner").getByText("Ada")).toBeVisible();
  await wallet.choose(await newWords(), "Grace");
  await expect(page.getByRole("banner").getByText("Grace")).toBeVisible();
  await expect(page.getByTitle(wallet.address).first()).toBeVisible();
  await page.reload();
  // Who was connected is so again.
  await expect(page.getByRole("banner").getByText("Grace")).toBeVisible();
  await page.getByRole("button", { name: "Disconnect" }).click();
  await expect(connect(page)).toBeVisible();
});

test("the node goes down and comes back", async ({ page }) => {
  const { endpoints } = deployment();
  const [rpc, rest] = [await cuttable(endpoints.rpc), await cuttable(endpoints.rest)];
  const through = (text: string) => {
    const file = JSON.parse(text) as Record<string, unknown>;
    return JSON.stringify({ ...file, endpoints: { ...endpoints, rpc: rpc.url, rest: rest.url } });
  };
  const served = await servePage(join(root, "portal/dist"), process.env.PORTAL_WORK ?? "", through);
  try {
    await page.goto(served.url);
    await expect(page.getByText(/1 coin = /)).toBeVisible();
    await Promise.all([rpc.cut(), rest.cut()]);
    await expect(page.getByText(/does not answer|does not report changes/).first()).toBeVisible();
    // What was known stays.
    await expect(page.getByText(/1 coin = /)).toBeVisible();
    await Promise.all([rpc.mend(), rest.mend()]);
    await expect(page.getByText(/does not answer|does not report changes/)).toHaveCount(0, {
      timeout: 60_000,
    });
    await page.getByRole("link", { name: "Operators", exact: true }).click();
    await expect(page.getByRole("table").getByText("worker-1")).toBeVisible();
  } finally {
    await Promise.all([rpc.cut(), rest.cut(), served.close()]);
  }
});

test("a page without its deployment file, and a node of another chain", async ({ page }) => {
  const work = process.env.PORTAL_WORK ?? "";
  const dist = join(root, "portal/dist");
  const bare = await servePage(dist, work, () => null);
  const other = await servePage(dist, work, (text) =>
    text.replace(/"chain_id": *"[^"]*"/, '"chain_id": "other-1"'),
  );
  try {
    await page.goto(bare.url);
    await expect(page.getByRole("alert")).toContainText("deployment.json is not beside this page");
    await page.goto(other.url);
    await expect(page.getByRole("alert").first()).toContainText("the network is on other-1");
  } finally {
    await Promise.all([bare.close(), other.close()]);
  }
});

test("another node is chosen, and a bad address refused", async ({ page }) => {
  await page.goto(at());
  await page.getByText("Settings").click();
  const rpc = page.getByLabel("Node: RPC address");
  await rpc.fill("http://rpc.example.org");
  await page.getByRole("button", { name: "Ask this node" }).click();
  await expect(page.getByRole("alert")).toContainText("is no address that a page may ask");
  await rpc.fill(deployment().endpoints.rpc.replace("127.0.0.1", "localhost"));
  await page.getByRole("button", { name: "Ask this node" }).click();
  await expect(page.getByText(/1 coin = /)).toBeVisible();
});

test("addresses that name nothing", async ({ page }) => {
  await page.goto(at("#/nowhere"));
  await expect(page.getByRole("heading", { name: "No such page" })).toBeVisible();
  await page.goto(at("#/batches/999999"));
  await expect(page.getByRole("alert").first()).toBeVisible();
});
