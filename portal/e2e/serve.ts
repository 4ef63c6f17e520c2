// A server of the page as anybody may have one: files of a folder, and the deployment's two
// files beside them.

import { createReadStream, existsSync, readFileSync, statSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { connect as createTcpConnection, createServer as createTcp } from "node:net";
import { extname, join, normalize } from "node:path";
import { gzipSync } from "node:zlib";

const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".json": "application/json",
};

const BESIDE = ["deployment.json", "deployment-keplr.json"];

export interface Served {
  url: string;
  close(): Promise<void>;
}

/** Serves `dist`; `change` may alter the deployment file on its way. */
export async function servePage(
  dist: string,
  work: string,
  change: (text: string) => string | null = (text) => text,
): Promise<Served> {
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? "/", "http://x").pathname).replace(/^\/+/, "");
    const beside = BESIDE.includes(path);
    const file = join(beside ? work : dist, path === "" ? "index.html" : path);
    if (!existsSync(file) || !statSync(file).isFile()) {
      response.writeHead(404).end();
      return;
    }
    const type = TYPES[extname(file)] ?? "application/octet-stream";
    if (beside) {
      const text = change(readFileSync(file, "utf8"));
      if (text === null) response.writeHead(404).end();
      else response.writeHead(200, { "content-type": type }).end(text);
      return;
    }
    // As servers do, so that what is measured is what is loaded.
    if (
      /gzip/.test(String(request.headers["accept-encoding"])) &&
      [".js", ".css"].includes(extname(file))
    ) {
      response.writeHead(200, { "content-type": type, "content-encoding": "gzip" });
      response.end(gzipSync(readFileSync(file)));
      return;
    }
    response.writeHead(200, { "content-type": type });
    createReadStream(file).pipe(response);
  });
  return listen(server);
}

async function listen(server: Server): Promise<Served> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** A way to an address that can be cut and mended, always at one port. */
export async function cuttable(target: string) {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  const make = () =>
    createTcp((client) => {
      const node = createTcpConnection(Number(port), hostname);
      for (const one of [client, node]) {
        sockets.add(one);
        one.on("error", () => one.destroy());
        one.on("close", () => sockets.delete(one));
      }
      client.pipe(node).pipe(client);
    });
  let server = make();
  const open = (at: number) =>
    new Promise<void>((resolve) => server.listen(at, "127.0.0.1", resolve));
  await open(0);
  const own = (server.address() as AddressInfo).port;
  const cut = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const one of sockets) one.destroy();
    });
  return {
    url: `http://127.0.0.1:${own}`,
    cut,
    mend: async () => {
      server = make();
      await open(own);
    },
  };
}
