// No page breaks a rule of axe: light and dark, left-to-right and right-to-left. And a
// picture of each for the docs.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { AxeResults } from "axe-core";
import { ask, at, connected, expect, fund, miners, test } from "./base";
import { root } from "./places";
import { installWallet, newWords } from "./wallet";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Pages, by the name of their picture. */
async function pages(): Promise<Record<string, string>> {
  const [miner] = await miners();
  const { batches } = await ask<{ batches: { batch: number; state: string }[] }>("market", {
    batches: { limit: 100 },
  });
  const proven = batches.find(({ state }) => state === "settled") ?? batches[0];
  return {
    peg: "#/",
    operators: "#/operators",
    operator: `#/operators/${miner?.operator}`,
    stake: "#/stake",
    orders: "#/orders",
    order: "#/orders/1",
    explorer: "#/explorer",
    batch: `#/batches/${proven?.batch}`,
  };
}

for (const language of ["en", "ar", "fr"] as const) {
  for (const look of ["light", "dark"] as const) {
    test(`no violation in ${language}, ${look}`, async ({ context, page }) => {
      const wallet = await installWallet(context, await newWords());
      await connected(page);
      if (language === "en") await fund(wallet.address, "1000000");
      await page.emulateMedia({ colorScheme: look, reducedMotion: "reduce" });
      await page.evaluate(
        (language) => localStorage.setItem("ballast.language", language),
        language,
      );
      for (const [name, part] of Object.entries(await pages())) {
        await page.goto(at(part));
        await page.reload();
        await expect(page.locator("h1")).toBeVisible();
        await expect(page.locator(".waiting")).toHaveCount(0);
        await expect(page.locator("html")).toHaveAttribute(
          "dir",
          language === "ar" ? "rtl" : "ltr",
        );
        // The policy of the page does not bind the browser's own tools.
        await page.evaluate(axe);
        const { violations } = await page.evaluate(() =>
          (window as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(),
        );
        const found = violations.map(
          ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`,
        );
        expect(found, `${name} in ${language}, ${look}`).toEqual([]);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        expect(wide, `${name} scrolls sideways`).toBeLessThanOrEqual(0);
        const shown = language === "en" && look === "light";
        if (process.env.BALLAST_FIGURES && shown) {
          await page.screenshot({ path: join(root, `docs/portal/${name}.png`) });
        }
        if (
          process.env.BALLAST_FIGURES &&
          name === "peg" &&
          !shown &&
          language === "ar" &&
          look === "dark"
        ) {
          await page.screenshot({ path: join(root, "docs/portal/peg-ar.png") });
        }
      }
    });
  }
}

test("a phone shows every page without scrolling sideways", async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  for (const [name, part] of Object.entries(await pages())) {
    await page.goto(at(part));
    await expect(page.locator("h1")).toBeVisible();
    await expect(page.locator(".waiting")).toHaveCount(0);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(wide, name).toBeLessThanOrEqual(0);
  }
});

test("the keyboard alone is enough to vote", async ({ context, page }) => {
  const wallet = await installWallet(context, await newWords());
  const [miner] = await miners();
  await connected(page, "#/operators");
  await page.getByRole("button", { name: "Disconnect" }).waitFor();
  await page.goto(at("#/stake"));
  await page.getByRole("button", { name: "Get test coins for fees" }).press("Enter");
  await fund(wallet.address, "1000000");
  await page.goto(at(`#/operators/${miner?.operator}`));
  await page.getByRole("button", { name: "Vote", exact: true }).press("Enter");
  // The dialog has taken the focus: what is typed lands in its field.
  await page.keyboard.type("0.1");
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByText(/The fee is/)).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(dialog.getByText("Done")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
});
