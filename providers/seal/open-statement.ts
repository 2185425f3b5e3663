import { z } from "zod";
import type { ReleaseId } from "#model/release";
import { checkSignature, type SignatureVerdict } from "#providers/seal/check-signature";
import { openEnvelope } from "#providers/seal/dsse";
import { buildPrefix, buildTypeOf, predicateType, statementType } from "#providers/seal/statement";
import type { TrustedKeys } from "#providers/seal/trusted-keys";

/** What a group's signed statement says. */
export interface Statement {
  readonly id: ReleaseId;
  readonly group: string;
  /** Build key of the release. */
  readonly key: string;
  /** SHA-256 of the group's own files, by name. */
  readonly files: ReadonlyMap<string, string>;
  /** SHA-256 of the files of the release's group `build`, by name: what the group was made from. */
  readonly build: ReadonlyMap<string, string>;
  /** The group's record as it was signed: without `artifacts` and `seal`. */
  readonly record: Readonly<Record<string, unknown>>;
  readonly recordFile: string;
}

const digested = z.object({ name: z.string(), digest: z.object({ sha256: z.string().regex(/^[0-9a-f]{64}$/) }) });
const schema = z.object({
  _type: z.literal(statementType),
  subject: z.array(digested),
  predicateType: z.literal(predicateType),
  predicate: z.object({
    buildDefinition: z.object({
      buildType: z.string(),
      externalParameters: z.object({ image: z.string(), version: z.string(), key: z.string(), group: z.string() }),
      resolvedDependencies: z.array(z.unknown()),
    }),
    runDetails: z.object({ byproducts: z.tuple([z.object({ name: z.string(), content: z.base64() })]) }),
  }),
});

/** Opens a statement's file: what it says counts if `signature` is good, and is undefined where it says nothing that we understand. */
export async function openStatement(bytes: Uint8Array, trusted: TrustedKeys): Promise<{ readonly signature: SignatureVerdict; readonly statement?: Statement }> {
  const envelope = openEnvelope(Buffer.from(bytes).toString());
  if (!envelope) return { signature: { good: false, problem: "bad signature", detail: "it is no DSSE envelope with a signed in-toto statement" } };
  const verdicts = await Promise.all(envelope.signatures.map(({ armored }) => checkSignature(envelope.signed, armored, trusted)));
  const signature = verdicts.find(({ good }) => good) ?? verdicts[0]!;
  const statement = parseStatement(envelope.payload);
  return { signature, ...(statement && { statement }) };
}

function parseStatement(payload: Buffer): Statement | undefined {
  try {
    const { subject, predicate } = schema.parse(JSON.parse(payload.toString()));
    const { buildDefinition, runDetails } = predicate;
    const { image, version, key, group } = buildDefinition.externalParameters;
    if (buildDefinition.buildType !== buildTypeOf(group)) return undefined;
    const [byproduct] = runDetails.byproducts;
    const sources = [...subject, ...buildDefinition.resolvedDependencies.flatMap((one) => digested.safeParse(one).data ?? [])];
    const record = z.record(z.string(), z.unknown()).parse(JSON.parse(Buffer.from(byproduct.content, "base64").toString()));
    return {
      id: { image, version }, group, key, record, recordFile: byproduct.name,
      files: byName(subject.filter(({ name }) => !name.startsWith(buildPrefix))),
      build: byName(sources.filter(({ name }) => name.startsWith(buildPrefix)).map(({ name, digest }) => ({ name: name.slice(buildPrefix.length), digest }))),
    };
  } catch {
    return undefined;
  }
}

function byName(descriptors: readonly z.infer<typeof digested>[]): Map<string, string> {
  return new Map(descriptors.map(({ name, digest }) => [name, digest.sha256]));
}
