// Pages by the part of the address after `#`, so that any static server will do.

import { useSyncExternalStore } from "react";

export type Route =
  | { page: "peg" | "operators" | "stake" | "orders" | "explorer" | "missing" }
  | { page: "operator"; operator: string }
  | { page: "order"; order: number }
  | { page: "batch"; batch: number };

/** What a hash names. */
export function parse(hash: string): Route {
  const [page = "", name] = hash.replace(/^#\/?/, "").split("/").map(decodeURIComponent);
  if (name === undefined || name === "") {
    if (page === "") return { page: "peg" };
    const found = (["operators", "stake", "orders", "explorer"] as const).find(
      (one) => one === page,
    );
    return { page: found ?? "missing" };
  }
  const number = /^\d{1,15}$/.test(name) ? Number(name) : null;
  if (page === "operators" && /^[a-z0-9]{10,90}$/.test(name))
    return { page: "operator", operator: name };
  if (page === "orders" && number !== null) return { page: "order", order: number };
  if (page === "batches" && number !== null) return { page: "batch", batch: number };
  return { page: "missing" };
}

/** Links to the pages that take a name. */
export const to = {
  operator: (address: string) => `#/operators/${address}`,
  order: (order: number | string) => `#/orders/${order}`,
  batch: (batch: number | string) => `#/batches/${batch}`,
};

export function useHash(): string {
  const subscribe = (changed: () => void) => {
    addEventListener("hashchange", changed);
    return () => removeEventListener("hashchange", changed);
  };
  return useSyncExternalStore(subscribe, () => location.hash);
}
