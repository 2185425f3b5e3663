import type { ReleaseId } from "#model/release";

/** An AMI in one region, and what it should be. */
export interface AmiCheckInputs {
  /** Site, image and version: `aws-main/debian-12@2026.1101.2`. */
  readonly of: string;
  readonly region: string;
  /** As the site works there. */
  readonly profile?: string;
  readonly assumeRole?: string;
  /** `ami-…` */
  readonly imageId: string;
  /** The snapshot that its bytes were sent to; absent of a copy, which has one of its own. */
  readonly snapshotId?: string;
  /** Build key, and SHA-256 of the sealed artifact. */
  readonly key: string;
  readonly sha256: string;
  /** `<project>/<stack>` */
  readonly stack: string;
  /** Architecture, boot mode and flags: `x86_64 uefi tpm latest adopted`. */
  readonly is: string;
  /** The site's own, besides ours. */
  readonly tags?: Readonly<Record<string, string>>;
  /** Who may launch it: `all`, ids of accounts, ARNs of organizations and units. */
  readonly shares?: readonly string[];
  /** ISO 8601. */
  readonly deprecated?: string;
  /** Id, alias or ARN of the key that its snapshots are encrypted with; absent: nobody compares. */
  readonly kmsKey?: string;
}

/** What a later look needs. */
export interface AmiCheckOutputs extends AmiCheckInputs {
  /** `correct`, `incorrect: <each fault>`, `missing`, `unexpected: <what nobody declared>` or `unreachable: <why>`. */
  readonly state: string;
}

/** Flags of an AMI, besides architecture and boot mode. */
export interface AmiFlags {
  readonly tpm: boolean;
  /** No newer release is on the site. */
  readonly latest: boolean;
  /** A copy that was found: the resource that declares it does not delete its snapshots, so the check does. */
  readonly adopted: boolean;
}

export interface AmiKind extends AmiFlags {
  readonly architecture: string;
  readonly bootMode: string;
}

/** `x86_64 uefi tpm latest` */
export function joinKind({ architecture, bootMode, tpm, latest, adopted }: AmiKind): string {
  return [architecture, bootMode, tpm && "tpm", latest && "latest", adopted && "adopted"].filter(Boolean).join(" ");
}

export function kindOf({ is }: Pick<AmiCheckInputs, "is">): AmiKind {
  const [architecture = "", bootMode = "", ...flags] = is.split(" ");
  return { architecture, bootMode, tpm: flags.includes("tpm"), latest: flags.includes("latest"), adopted: flags.includes("adopted") };
}

/** What a check is of, taken apart again. */
export function namesOf({ of }: Pick<AmiCheckInputs, "of">): ReleaseId & { readonly site: string } {
  const [, site = "", image = "", version = ""] = /^([^/]*)\/(.*)@(.*)$/.exec(of) ?? [];
  return { site, image, version };
}
