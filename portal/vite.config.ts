import { readFileSync } from "node:fs";
import { join } from "node:path";
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

/**
 * For `npm run dev` alone: the deployment's files of the folder in BALLAST_PORTAL_WORK beside
 * the page, and no policy, which Vite's own inline scripts would break.
 */
function development(): Plugin {
  const work = process.env.BALLAST_PORTAL_WORK;
  return {
    name: "development",
    apply: "serve",
    transformIndexHtml: (html) =>
      html.replace(/<meta\s+http-equiv="Content-Security-Policy"[^>]*>/, ""),
    configureServer: (server) => {
      server.middlewares.use((request, response, next) => {
        const name = request.url?.split("?")[0]?.slice(1) ?? "";
        if (!work || !/^deployment(-keplr)?\.json$/.test(name)) return next();
        response.setHeader("content-type", "application/json");
        response.end(readFileSync(join(work, name)));
      });
    },
  };
}

export default defineConfig({
  // The page works in whatever folder it is put.
  base: "./",
  plugins: [react(), development()],
  build: {
    target: "es2022",
    // Pictures stay files: the page's policy names no data: scripts or styles.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  test: { include: ["src/**/*.test.ts", "scripts/*.test.mjs"] },
});
