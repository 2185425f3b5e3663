import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { isPlainName } from "#store/names";
import type { Digest } from "#store/digest";
import type { Statement } from "#providers/seal/open-statement";
import { parseDocument } from "#providers/seal/parse-document";
import { sealNames } from "#providers/seal/seal-names";

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const schema = z.looseObject({
  image: z.string(),
  version: z.string(),
  artifacts: z.array(z.strictObject({ name: z.string().refine(isPlainName), sha256, bytes: z.int().nonnegative() })),
  seal: z.strictObject({ fingerprint: z.string(), sums: z.literal(sealNames.sums), signature: z.literal(sealNames.signature), statement: z.literal(sealNames.statement) }),
});

export type SealedRecord = z.infer<typeof schema>;

/** @returns the record, or in words why it is none */
export function parseRecord(bytes: Uint8Array): { readonly value: SealedRecord } | { readonly problem: string } {
  return parseDocument(bytes, schema);
}

/** What the record says otherwise than the signed statement, or nothing. */
export function differsFromSigned({ artifacts: _, seal: __, ...said }: SealedRecord, { record }: Statement): string | undefined {
  const names = [...new Set([...Object.keys(record), ...Object.keys(said)])].filter((name) => !isDeepStrictEqual(record[name], said[name]));
  return names.length > 0 ? `it says otherwise than the signed statement: ${names.join(", ")}` : undefined;
}

/**
 * What the record's list of artifacts says otherwise than the signed sums, or the files of the seal as they are; or nothing.
 * @param sums from the signed list
 * @param found what was read
 */
export function differsFromSums({ artifacts }: SealedRecord, sums: ReadonlyMap<string, string>, found: ReadonlyMap<string, Digest>): string[] {
  const wanted = new Map([...sums, [sealNames.sums, found.get(sealNames.sums)?.sha256], [sealNames.signature, found.get(sealNames.signature)?.sha256]]);
  const listed = new Map(artifacts.map((artifact) => [artifact.name, artifact]));
  const names = new Set([...wanted.keys(), ...listed.keys()]);
  if (listed.size !== artifacts.length) return ["it lists an artifact twice"];
  return [...names].flatMap((name) => {
    const [artifact, expected, read] = [listed.get(name), wanted.get(name), found.get(name)];
    if (!artifact) return [`it does not list ${name}`];
    if (!wanted.has(name)) return [`it lists ${name}, which the signed sums do not`];
    if (expected !== undefined && artifact.sha256 !== expected) return [`it lists ${name} with SHA-256 ${artifact.sha256} instead of ${expected}`];
    return read && artifact.sha256 === read.sha256 && artifact.bytes !== read.bytes ? [`it lists ${name} with ${artifact.bytes} bytes instead of ${read.bytes}`] : [];
  });
}
