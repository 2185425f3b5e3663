import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { lock } from "proper-lockfile";
import { FleetError } from "#model/errors";
import { stagingName } from "#providers/local-catalog/layout";

/** One process at a time: of two that both looked and then wrote, the slower could write what is no longer true. */
export async function withCatalogLock(root: string, work: () => Promise<void>): Promise<void> {
  await mkdir(join(root, stagingName), { recursive: true });
  let compromised: Error | undefined;
  const release = await lock(root, {
    lockfilePath: join(root, ".lock"),
    stale: 10_000, // its holder touches it every 2 s; a reader of half-true indexes would be mended by the next run
    update: 2_000,
    retries: { retries: 400, minTimeout: 50, maxTimeout: 250 },
    onCompromised: (error) => (compromised = error),
  }).catch((error: NodeJS.ErrnoException) => {
    throw new FleetError({ action: "update the catalog's index", place: root, cause: error.code === "ELOCKED" ? "another process has held its lock for over a minute" : error.message, hint: "let the other run end, then run `pulumi up` again" }, { cause: error });
  });
  try {
    await work();
  } finally {
    if (!compromised) await release().catch(() => undefined);
  }
}
