import { isVersion } from "#model/version";
import { z } from "zod";
import { releaseName } from "#model/release";
import type { ReleaseId } from "#model/release";
import { StoreError } from "./errors.ts";
import type { DocumentName, Store } from "./store.ts";

const version = z.string().refine(isVersion, "it is no version");
const time = z.string().refine((text) => !Number.isNaN(Date.parse(text)), "it is no time");
const release = z.object({ schemaVersion: z.literal(1), image: z.string(), version });

/** What removals rely on; a document may say more. */
const schemas = {
  requests: release,
  channels: release.extend({ channel: z.string(), former: version.optional() }),
  revocations: release.extend({ reason: z.string() }),
  publications: release.extend({ registeredAt: time.optional(), sites: z.record(z.string(), z.object({ verifiedAt: time })) }),
} as const;

export type NeedKind = keyof typeof schemas;
export interface NeedDocument<K extends NeedKind> {
  readonly name: DocumentName;
  readonly value: z.infer<(typeof schemas)[K]>;
}

/** Documents of a kind, each held against its form and its own name; what is wrong with one is a fault. One that goes meanwhile is none. */
export async function needDocuments<K extends NeedKind>(store: Store, kind: K, faults: StoreError[]): Promise<NeedDocument<K>[]> {
  const found: NeedDocument<K>[] = [];
  for (const name of await store.documents(kind)) {
    const document = await store.document(name).catch((error: unknown) => void faults.push(asFault(error)));
    if (document === undefined) continue;
    const parsed = schemas[kind].safeParse(document);
    const problem = parsed.success ? misnamed(name, parsed.data) : z.prettifyError(parsed.error).replaceAll("\n", "; ");
    if (problem === undefined) found.push({ name, value: parsed.data as z.infer<(typeof schemas)[K]> });
    else faults.push(new StoreError({ action: `read ${name}`, place: store.location, cause: problem, hint: "restore the file, or remove it: the next `npm run up` of its stack writes it anew where it can" }));
  }
  return found;
}

/** `<project>/<stack>` of `publications/<project>/<stack>/<image>@<version>`, and the like. */
export function stackOf(name: DocumentName): string {
  return name.split("/").slice(1, 3).join("/");
}

/** `channels/<channel>/<image>`, `requests/.../<image>`, or a name that ends with `<image>@<version>`. */
function misnamed(name: DocumentName, said: ReleaseId & { readonly channel?: string }): string | undefined {
  const [kind, channel, ...rest] = name.split("/");
  const last = rest.at(-1) ?? channel ?? "";
  const agrees = [said.image, releaseName(said)].includes(last) && (kind !== "channels" || channel === said.channel);
  return agrees ? undefined : `it is about ${said.channel ? `the channel ${said.channel} of ` : ""}${releaseName(said)}, which its name does not say`;
}

function asFault(error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  throw error;
}
