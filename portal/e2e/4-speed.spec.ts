// The first load on a slow connection, and a list of ten thousand operators. Nothing here
// fails by a time; `portal.sh figures` writes what was measured to docs/data/portal.json.

import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { sizes } from "../scripts/size.mjs";
import { at, expect, test } from "./base";
import { root } from "./places";
import { deployment } from "./setup";

/** A slow mobile connection: 1.6 Mbit/s, 150 ms there and back. */
const SLOW = { bytesPerSecond: 200_000, latency: 150 };
const MANY = 10_000;

interface Row {
  name: string;
  value: number;
  unit: string;
  target?: { op: "<="; value: number };
  note?: string;
}
const rows: Row[] = [];

for (const slower of [1, 4]) {
  test(`the first page on a slow connection, processor ${slower} times slower`, async ({
    context,
    page,
  }) => {
    const session = await context.newCDPSession(page);
    await session.send("Network.enable");
    await session.send("Network.emulateNetworkConditions", {
      offline: false,
      latency: SLOW.latency,
      downloadThroughput: SLOW.bytesPerSecond,
      uploadThroughput: SLOW.bytesPerSecond,
    });
    await session.send("Emulation.setCPUThrottlingRate", { rate: slower });
    const begun = Date.now();
    await page.goto(at());
    await expect(page.getByText(/1 coin = /)).toBeVisible({ timeout: 60_000 });
    rows.push({
      name: `load/peg is shown${slower === 1 ? "" : `, processor ${slower} times slower`}`,
      value: (Date.now() - begun) / 1000,
      unit: "s",
      ...(slower === 1 ? { target: { op: "<=", value: 2 } } : {}),
      note: "1.6 Mbit/s, 150 ms; until the coin's worth is read from the node",
    });
  });
}

test("the page is within its budget", () => {
  const { first, all, styles, budget } = sizes();
  expect(first).toBeLessThanOrEqual(budget);
  const kb = (bytes: number) => ({ value: Math.round(bytes / 100) / 10, unit: "kB gzipped" });
  rows.push(
    {
      name: "load/first script",
      ...kb(first),
      target: { op: "<=", value: budget / 1000 },
    },
    { name: "load/styles", ...kb(styles) },
    {
      name: "load/all script",
      ...kb(all),
      note: "with signing and all languages, which come when they are asked for",
    },
  );
});

test("ten thousand operators: few rows exist, all are reached, any is found", async ({ page }) => {
  // The node's answers for a network that nobody can wait for: real ones, many times.
  const votes = deployment().contracts.votes;
  let template: Record<string, unknown> | undefined;
  const name = (place: number) => `wasm1many${String(place).padStart(6, "0")}`;
  await page.route(`**/contract/${votes}/smart/*`, async (route) => {
    const encoded = decodeURIComponent(route.request().url().split("/smart/")[1] ?? "");
    const query = JSON.parse(Buffer.from(encoded, "base64").toString()) as {
      operators?: { start_after?: [string, string] | null };
    };
    if (!query.operators) return route.continue();
    if (!template) {
      const real = (await (await route.fetch()).json()) as {
        data: { operators: Record<string, unknown>[] };
      };
      template = real.data.operators[0] ?? {};
    }
    const after = query.operators.start_after?.[1];
    const from = after ? Number(after.slice("wasm1many".length)) + 1 : 0;
    const operators = Array.from({ length: Math.min(100, MANY - from) }, (_, place) => ({
      ...template,
      operator: name(from + place),
      stake: String((MANY - from - place) * 1_000_000),
      metadata: { name: `miner ${from + place}`, url: "", contact: "" },
    }));
    return route.fulfill({ json: { data: { operators } } });
  });
  await page.goto(at("#/operators"));
  await expect(page.getByText("miner 0", { exact: true })).toBeVisible();
  const list = page.getByRole("region", { name: "Miners" });
  const existing = () => list.locator("tbody tr:not(.spacer)").count();
  expect(await existing()).toBeLessThan(60);

  const begun = Date.now();
  await page.getByPlaceholder("Name or address").fill(`miner ${MANY - 1}`);
  await expect(page.getByText(`miner ${MANY - 1}`, { exact: true })).toBeVisible({
    timeout: 90_000,
  });
  rows.push({
    name: "operators/last of 10 000 found",
    value: (Date.now() - begun) / 1000,
    unit: "s",
    note: "a search reads all pages from the node first",
  });
  await page.getByPlaceholder("Name or address").fill("");
  await list.evaluate((element) => element.scrollTo(0, element.scrollHeight));
  await expect(page.getByText(`miner ${MANY - 1}`, { exact: true })).toBeVisible();
  expect(await existing()).toBeLessThan(60);

  // Frames while the list is scrolled through.
  const slowest = await list.evaluate(async (element) => {
    const frames: number[] = [];
    let last = performance.now();
    for (let frame = 0; frame < 120; frame += 1) {
      element.scrollTop = ((frame * 997) % 10_000) * 60;
      await new Promise(requestAnimationFrame);
      const now = performance.now();
      frames.push(now - last);
      last = now;
    }
    return frames.sort((a, b) => a - b)[Math.floor(frames.length * 0.95)] ?? 0;
  });
  rows.push({
    name: "operators/frame while scrolling, 95th of 100",
    value: Math.round(slowest * 10) / 10,
    unit: "ms",
    note: "10 000 rows, jumps all over the list",
  });
});

test.afterAll(() => {
  if (!process.env.BALLAST_FIGURES) return;
  const git = (...args: string[]) =>
    execFileSync("git", args, { cwd: root, encoding: "utf8" }).trim();
  const dirty = git("status", "--porcelain") === "" ? "" : "+";
  const system =
    /PRETTY_NAME="([^"]*)"/.exec(readFileSync("/etc/os-release", "utf8"))?.[1] ?? "Linux";
  const memory = Math.round(totalmem() / 2 ** 30);
  const figures = {
    command: "scripts/portal.sh figures",
    machine: `${cpus()[0]?.model.replace(/ \d+-Core Processor| Processor/, "")}, ${cpus().length} cores, ${memory} GiB memory, ${system}`,
    commit: git("rev-parse", "--short=12", "HEAD") + dirty,
    rows,
  };
  writeFileSync(join(root, "docs/data/portal.json"), `${JSON.stringify(figures, null, 2)}\n`);
});
