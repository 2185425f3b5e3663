import { openStore } from "#store/open";
import type { Store } from "#store/store";
import { storeLocation } from "#providers/shared/project";

/** The part of a dynamic provider's configure request that is used here. */
export interface StackConfig {
  get(key: string): string | undefined;
}

const opened = new Map<string, Store>();
let configured: string | undefined;

/** Called by `configure` of each provider that only needs the store. */
export function configureStore(config: StackConfig): void {
  configured = config.get("imagefleet:store");
}

/** The stack's store: IMAGEFLEET_STORE, else `imagefleet:store`, else `.imagefleet/store`. */
export function configuredStore(): Store {
  const location = storeLocation(configured ?? ".imagefleet/store");
  const store = opened.get(location) ?? openStore(location);
  opened.set(location, store);
  return store;
}
