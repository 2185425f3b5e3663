import { createHash } from "node:crypto";
import type { InstanceInputs } from "#providers/test-instance/inputs";

/** What all names begin with, of every stack. */
export const prefix = "imagefleet-boot-";

/** Metadata of servers by which we know our own. */
export const metadata = { stack: "imagefleet_stack", site: "imagefleet_site", kept: "imagefleet_kept" } as const;

/**
 * Of the server, its key pair and its floating IP: the next run finds by it what a dead one left. Old clouds take no dots in names
 * of key pairs.
 */
export function instanceName({ image, version, stack, site }: Pick<InstanceInputs, "image" | "version" | "stack" | "site">): string {
  const whose = createHash("sha256").update(`${stack}\n${site}`).digest("hex").slice(0, 8);
  return `${prefix}${image}-${version}-${whose}`.replace(/[^A-Za-z0-9-]/g, "-");
}
