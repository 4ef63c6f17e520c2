// A new user: funded, votes, sees it counted, earns, moves the vote, takes it back, claims.

import type { BrowserContext, Page } from "@playwright/test";
import { ask, at, connected, expect, fund, miners, test, work } from "./base";
import { deployment } from "./setup";
import { installWallet, newWords } from "./wallet";

interface Votes {
  votes: { operator: string; amount: string }[];
}

/** The whole of it, with signatures of one mode. */
export async function voterFlow(
  { context, page }: { context: BrowserContext; page: Page },
  mode: "direct" | "amino",
): Promise<void> {
  test.setTimeout(480_000);
  const wallet = await installWallet(context, await newWords(), "Ada", mode === "amino");
  const [first, second] = await miners();
  if (!first || !second) throw new Error("the demo has no two miners");

  await test.step("connects, and is funded", async () => {
    await connected(page);
    expect(wallet.suggested[0]).toMatchObject({
      chainId: deployment().chain_id,
      features: ["cosmwasm"],
    });
    await page.getByRole("button", { name: "Get test coins for fees" }).click();
    await expect(page.getByText("100 STAKE")).toBeVisible();
    await fund(wallet.address, "2000000");
    await expect(page.getByText("2 coins", { exact: true })).toBeVisible();
  });

  await test.step("votes in four clicks", async () => {
    await page.getByRole("link", { name: "Operators", exact: true }).click();
    await page.getByRole("link", { name: first.metadata.name, exact: true }).click();
    await page.getByRole("button", { name: "Vote", exact: true }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Amount in coins").fill("1.5");
    await expect(
      dialog.getByText(
        `1.5 coins leave your account and become a vote for ${first.metadata.name}.`,
      ),
    ).toBeVisible();
    await expect(dialog.getByText(/The fee is 0\.\d+ STAKE/)).toBeVisible();
    await dialog.getByRole("button", { name: "Sign the vote" }).click();
    await expect(dialog.getByText("Done: the chain has included it.")).toBeVisible();
    await dialog.getByRole("button", { name: "Close" }).click();
    expect(wallet.signed[mode]).toBe(1);
  });

  await test.step("sees it counted, also in a second tab", async () => {
    await expect(
      page.getByText("My vote").locator("xpath=..").getByText("1.5 coins"),
    ).toBeVisible();
    const { votes } = await ask<Votes>("votes", { votes: { voter: wallet.address } });
    expect(votes).toMatchObject([{ operator: first.operator, amount: "1500000" }]);
  });

  const tab = await context.newPage();
  await test.step("a second tab shows it, and follows", async () => {
    await tab.goto(at("#/stake"));
    await expect(
      tab.getByRole("region", { name: "My votes" }).last().getByText("1.5 coins"),
    ).toBeVisible();
  });

  await test.step("takes a part back, early: it has to wait", async () => {
    await page.getByRole("link", { name: "My stake" }).click();
    await unvote(page, "0.25");
    await expect(tab.getByText("0.25 coins")).toBeVisible();
  });

  if (mode === "direct") {
    await test.step("gets rewards after a paid batch", async () => {
      await page.getByRole("link", { name: "My stake" }).click();
      const rewards = page.getByRole("region", { name: "My rewards" });
      const claim = rewards.getByRole("button", { name: "Claim", exact: true }).first();
      // Workers are drawn by stake, and a batch settles half a minute after its commit.
      for (let time = 0; time < 6 && !(await claim.isVisible()); time += 1) {
        await work(6, time);
        await claim.waitFor({ timeout: 40_000 }).catch(() => undefined);
      }
      await claim.click();
      const dialog = page.getByRole("dialog");
      await dialog.getByRole("button", { name: "Sign", exact: true }).click();
      await expect(dialog.getByText("Done")).toBeVisible();
      await dialog.getByRole("button", { name: "Close" }).click();
      const { balance } = await ask<{ balance: string }>("coin", {
        balance: { address: wallet.address },
      });
      expect(BigInt(balance)).toBeGreaterThan(500_000n);
    });
  }

  await test.step("moves a part of the vote", async () => {
    await page.getByRole("link", { name: "My stake" }).click();
    await page.getByRole("button", { name: "Move", exact: true }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("To which operator").selectOption(second.operator);
    await dialog.getByLabel("Amount in coins").fill("0.5");
    await expect(
      dialog.getByText(`0.5 coins move to ${second.metadata.name} at once.`),
    ).toBeVisible();
    await dialog.getByRole("button", { name: "Sign the move" }).click();
    await expect(dialog.getByText("Done")).toBeVisible();
    await dialog.getByRole("button", { name: "Close" }).click();
    await expect(
      tab.getByRole("region", { name: "My votes" }).last().getByText("0.5 coins"),
    ).toBeVisible();
  });

  await test.step("takes all of it back", async () => {
    for (const _ of [first, second]) {
      await unvote(page, null);
      // The list is asked for anew before the next one is taken.
      await page.waitForTimeout(2_500);
    }
    await expect(page.getByText("You vote for nobody yet.")).toBeVisible();
  });

  await test.step("claims what is free by now", async () => {
    const coins = async () => {
      const query = { balance: { address: wallet.address } };
      return BigInt((await ask<{ balance: string }>("coin", query)).balance);
    };
    const before = await coins();
    await expect(page.getByText("can be claimed").first()).toBeVisible({ timeout: 150_000 });
    await page.getByRole("button", { name: "Claim what is free" }).click();
    const dialog = page.getByRole("dialog");
    await expect(dialog.getByText(/come back to your account/)).toBeVisible();
    await dialog.getByRole("button", { name: "Sign", exact: true }).click();
    await expect(dialog.getByText("Done")).toBeVisible();
    await dialog.getByRole("button", { name: "Close" }).click();
    // Votes round down at each step, by a micro-coin at most.
    expect(await coins()).toBeGreaterThanOrEqual(before + 249_990n);
  });
  expect(wallet.signed[mode === "direct" ? "amino" : "direct"]).toBe(0);
}

/** Takes back an amount, or all, of the first vote that is listed. */
async function unvote(page: Page, amount: string | null): Promise<void> {
  await page.getByRole("button", { name: "Unvote", exact: true }).first().click();
  const dialog = page.getByRole("dialog");
  if (amount === null) await dialog.getByRole("button", { name: "All", exact: true }).click();
  else await dialog.getByLabel("Amount in coins").fill(amount);
  await expect(dialog.getByText(/stop earning and wait/)).toBeVisible();
  await dialog.getByRole("button", { name: "Sign", exact: true }).click();
  await expect(dialog.getByText("Done")).toBeVisible();
  await dialog.getByRole("button", { name: "Close" }).click();
  await expect(dialog).toBeHidden();
}
