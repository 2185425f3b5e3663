import { z } from "zod";
import { FleetError } from "#model/errors";

const text = z.string().min(1);
const digest = z.string().regex(/^[0-9a-fA-F]{64}$/, "is not a SHA-256: 64 hexadecimal digits").transform((value) => value.toLowerCase());
/** The whole fingerprint: shorter key ids can be forged. */
const fingerprint = z.string()
  .transform((value) => value.replaceAll(/[\s:]/g, "").replace(/^0x/i, "").toUpperCase())
  .refine((value) => /^([0-9A-F]{40}|[0-9A-F]{64})$/.test(value), "is not a whole fingerprint: 40 (or 64) hexadecimal digits, as `gpg --show-keys` prints it");

const signatureSchema = z.strictObject({
  /** Of the primary key, or of the very subkey that signs. */
  fingerprint,
  signatureUrl: text,
  /** What was signed: the source itself when absent, else a SHA256SUMS or SHA512SUMS that lists it. */
  signedUrl: text.optional(),
});

const bootstrapSchema = z.strictObject({
  kind: z.literal("bootstrap"),
  recipe: text,
  /** Merged, those for the build only included: what the recipe sees in upper case. */
  settings: z.record(z.string(), z.string()),
  /** What its result is cached by. */
  key: digest,
});
const isoSchema = z.strictObject({ kind: z.literal("iso"), url: text, sha256: digest, gpg: signatureSchema.optional() });
const diskSchema = z.strictObject({ kind: z.literal("disk"), url: text, sha256: digest, format: z.enum(["raw", "qcow2"]) });
const sourceSchema = z.discriminatedUnion("kind", [bootstrapSchema, isoSchema, diskSchema]);

export type SignatureFacts = z.infer<typeof signatureSchema>;
export type BootstrapSource = z.infer<typeof bootstrapSchema>;
export type IsoSource = z.infer<typeof isoSchema>;
export type DiskSource = z.infer<typeof diskSchema>;
/** What an image is built from, when it is not another image. */
export type SourceFacts = z.infer<typeof sourceSchema>;

/** Those facts of an OS that say what it is built from, by their names in its pkrvars file. */
export interface SourceVariables {
  readonly source_kind: SourceFacts["kind"];
  readonly bootstrap_recipe?: string;
  readonly iso_url?: string;
  readonly iso_sha256?: string;
  readonly iso_gpg_fingerprint?: string;
  readonly iso_gpg_signature_url?: string;
  readonly iso_gpg_signed_url?: string;
  readonly disk_url?: string;
  readonly disk_sha256?: string;
  readonly disk_format?: "raw" | "qcow2";
}

/** What a bootstrap needs besides the OS facts. */
export interface BootstrapInputs {
  readonly settings: Readonly<Record<string, string>>;
  readonly key?: string;
}

/**
 * The source of an OS from its facts.
 * @param place names the facts in messages, such as `packer/os/debian/debian-12-x86_64.pkrvars.hcl`.
 * @throws FleetError with every fact that is missing or wrong, by its name in the file.
 */
export function parseSourceFacts(facts: SourceVariables, bootstrap: BootstrapInputs, place: string): SourceFacts {
  return checkSource(unionOf(facts, bootstrap), place);
}

/**
 * Normalises a source and checks its form: digests become names of files, so nothing else may pass for one.
 * @throws FleetError with every fact that is missing or wrong, by its name in the file of facts.
 */
export function checkSource(source: unknown, place?: string): SourceFacts {
  const result = sourceSchema.safeParse(source);
  if (result.success) return result.data;
  const kind = (source as { kind: SourceFacts["kind"] }).kind;
  const problems = result.error.issues.map((issue) => {
    const name = variableName(kind, issue.path);
    return issue.code === "invalid_type" && issue.input === undefined ? `${name} is not set` : `${name}: ${issue.message}`;
  });
  throw new FleetError({
    action: `read the ${kind} source of an OS`,
    place,
    cause: problems.join("; "),
    hint: "a source is pinned by its SHA-256, and by the signing key's fingerprint where its publisher signs: docs/images.md#sources",
  });
}

function unionOf(facts: SourceVariables, { settings, key }: BootstrapInputs): unknown {
  switch (facts.source_kind) {
    case "bootstrap":
      return { kind: "bootstrap", recipe: facts.bootstrap_recipe, settings, key };
    case "iso":
      return { kind: "iso", url: facts.iso_url, sha256: facts.iso_sha256, gpg: signatureOf(facts) };
    case "disk":
      return { kind: "disk", url: facts.disk_url, sha256: facts.disk_sha256, format: facts.disk_format };
  }
}

/** One of the variables asks for the check; then the others must be there too, or the check would be lost unseen. */
function signatureOf(facts: SourceVariables): unknown {
  const { iso_gpg_fingerprint, iso_gpg_signature_url, iso_gpg_signed_url } = facts;
  if ([iso_gpg_fingerprint, iso_gpg_signature_url, iso_gpg_signed_url].every((value) => !value)) return undefined;
  return { fingerprint: iso_gpg_fingerprint, signatureUrl: iso_gpg_signature_url, signedUrl: iso_gpg_signed_url || undefined };
}

function variableName(kind: SourceFacts["kind"], path: readonly PropertyKey[]): string {
  const name = path.join(".");
  const names: Record<string, string> = { "gpg.fingerprint": "iso_gpg_fingerprint", "gpg.signatureUrl": "iso_gpg_signature_url", "gpg.signedUrl": "iso_gpg_signed_url", recipe: "bootstrap_recipe", key: "the recipe's key" };
  return names[name] ?? `${kind}_${name}`;
}
