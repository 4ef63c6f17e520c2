// Starts what the tests walk through: a whole network by `ballast demo --keep` (or one that
// runs already), and a server of static files beside it.

import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "./places";
import { servePage } from "./serve";

/** How long the demo may take: on two busy cores several minutes. */
const PATIENCE_MS = 600_000;
/** Tasks in each of the demo's two orders. */
const TASKS = "4";

export default async function setup(): Promise<() => Promise<void>> {
  // With it come PORTAL_COORDINATOR and PORTAL_API_KEY, which `--keep` prints.
  const given = process.env.BALLAST_PORTAL_WORK;
  const work = given ?? mkdtempSync(join(tmpdir(), "ballast-portal-"));
  const demo = given ? null : await startDemo(work);
  process.env.PORTAL_WORK = work;
  if (demo) {
    process.env.PORTAL_COORDINATOR = demo.coordinator;
    process.env.PORTAL_API_KEY = demo.apiKey;
  }
  const page = await servePage(join(root, "portal/dist"), work, withPrice);
  process.env.PORTAL_URL = page.url;
  return async () => {
    await page.close();
    if (demo) await end(demo.process);
    if (!given) rmSync(work, { recursive: true, force: true });
  };
}

/** Devnet takes no fees, other chains do: wallets are told of a price, and it is paid. */
function withPrice(text: string): string {
  const file = JSON.parse(text) as { feeCurrencies?: object[] };
  if (!file.feeCurrencies) return text;
  const gasPriceStep = { low: 0.02, average: 0.025, high: 0.05 };
  const feeCurrencies = file.feeCurrencies.map((one) => ({ ...one, gasPriceStep }));
  return JSON.stringify({ ...file, feeCurrencies });
}

async function startDemo(work: string) {
  const programs = process.env.BALLAST_PROGRAMS ?? join(root, "target/debug");
  const child = spawn(
    join(programs, "ballast"),
    ["demo", "--keep", "--tasks", TASKS, "--work", work, "--artifacts", join(root, "artifacts")],
    { stdio: ["ignore", "ignore", "pipe"] },
  );
  let said = "";
  try {
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error("the demo takes too long")), PATIENCE_MS);
      child.on("error", reject);
      child.on("exit", (code) => reject(new Error(`the demo has ended with ${code}`)));
      child.stderr.on("data", (bytes: Buffer) => {
        said += bytes.toString();
        for (const line of bytes.toString().split("\n")) {
          if (/^\[\d/.test(line)) console.log(`demo ${line}`);
        }
        if (!/Authorization: Bearer \S+/.test(said)) return;
        clearTimeout(timer);
        resolve();
      });
    });
  } catch (error) {
    await end(child);
    throw new Error(`${String(error)}\n${said}`);
  }
  child.removeAllListeners("exit");
  const found = /curl (\S+)\/v1\/usage .*Bearer ([^'\s]+)/.exec(said);
  if (!found?.[1] || !found[2]) throw new Error(`the demo names no coordinator:\n${said}`);
  return { process: child, coordinator: found[1], apiKey: found[2] };
}

/** Ends the demo as Ctrl-C does: it ends its own processes in order. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.pid === undefined) return;
  const ended = new Promise((resolve) => child.on("exit", resolve));
  child.kill("SIGINT");
  const timer = setTimeout(() => child.kill("SIGKILL"), 30_000);
  await ended;
  clearTimeout(timer);
}

/** The network's file, as `ballast deploy` wrote it. */
export function deployment(): DeploymentFile {
  const path = join(process.env.PORTAL_WORK ?? "", "deployment.json");
  if (!existsSync(path)) throw new Error(`${path} is missing`);
  return JSON.parse(readFileSync(path, "utf8")) as DeploymentFile;
}

export interface DeploymentFile {
  chain_id: string;
  fee_denom: string;
  endpoints: { rpc: string; rest: string };
  contracts: { coin: string; oracle: string; votes: string; market: string };
}
