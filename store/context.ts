import type { Layout } from "./layout.ts";
import type { VerifiedCache } from "./verified-cache.ts";

/** What every part of the directory backend works with. */
export interface StoreContext {
  readonly layout: Layout;
  readonly verified: VerifiedCache;
}
