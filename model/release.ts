/**
 * A release: one finished build of an image, immutable. These are the facts that the store keeps of it, as plain data,
 * so that a stack, a later executor on another machine and `npm run store` all read the same record.
 */
export interface ReleaseId {
  /** Image name as in the configuration, such as `debian-12`. */
  readonly image: string;
  /** `<year>.<month and day>.<serial>` of the image's epoch, such as `2026.1101.2`. */
  readonly version: string;
}

/** A file of a release, as the record of its group lists it. */
export interface Artifact {
  /** File name within its group, such as `disk.qcow2`. */
  readonly name: string;
  /** Lower-case hexadecimal SHA-256 of the whole file. */
  readonly sha256: string;
  /** Length in bytes (apparent, not allocated). */
  readonly bytes: number;
}

/** What every group's record has; a group adds its own fields. Written last: a group without it does not exist. */
export interface GroupRecord {
  readonly schemaVersion: 1;
  readonly image: string;
  readonly version: string;
  readonly artifacts: readonly Artifact[];
}

/** One timed step of a build. */
export interface Step {
  readonly name: string;
  readonly seconds: number;
}

/** The record of the group `build`: what was built, from what, by what, and how long it took. */
export interface BuildRecord extends GroupRecord {
  /** Build key: 64 lower-case hexadecimal digits. */
  readonly key: string;
  readonly epoch: string;
  /** Digest of each input by its name (`script:web-server`, `variable:locale`): what a later preview compares with. */
  readonly inputs: Readonly<Record<string, string>>;
  /** The parent's release, for a layered image. */
  readonly parent?: ReleaseId & { readonly key: string };
  readonly disk: {
    readonly name: string;
    readonly format: "qcow2";
    readonly sha256: string;
    readonly bytes: number;
    /** Size of the disk as the guest sees it, in bytes. */
    readonly virtualBytes: number;
  };
  /** RFC 3339, UTC. */
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly steps: readonly Step[];
  /** Versions of the tools that really ran: `packer`, `packer-plugin-qemu`, `qemu`. */
  readonly tools: Readonly<Record<string, string>>;
  readonly accelerator: "kvm" | "tcg";
  /** Names of the artifacts that are logs. */
  readonly logs: readonly string[];
  readonly owner?: string;
  readonly team?: string;
  /** What the image is, from the facts of its OS: catalogs and clouds list it under these. */
  readonly os?: {
    readonly family: string;
    readonly release: string;
    readonly arch: string;
    /** What the disk boots on. Default [bios]. */
    readonly firmware?: readonly Firmware[];
  };
}

export type Firmware = "bios" | "uefi";

/** Who sealed a group, as its record says; the signature itself is one of the group's artifacts. */
export interface SealFacts {
  /** OpenPGP fingerprint of the signing key, 40 upper-case hexadecimal digits. */
  readonly fingerprint: string;
  /** Names of the seal's files within the group. */
  readonly sums: string;
  readonly signature: string;
  readonly statement: string;
}

/** The record of a group `formats/<format>`: one format of the disk, sealed on its own. */
export interface FormatRecord extends GroupRecord {
  readonly format: string;
  /** The artifact that sites take. */
  readonly artifact: Artifact;
  /** Digest of the build's disk that it was made from. */
  readonly source: { readonly name: string; readonly sha256: string };
  readonly seal: SealFacts;
  /** RFC 3339, UTC. */
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly steps: readonly Step[];
  /** Versions of the programs that ran. */
  readonly tools: Readonly<Record<string, string>>;
  /** What consumers of the format need to know. */
  readonly facts: Readonly<Record<string, string | number>>;
}

/** The record of a group `gates/<set>` (passed), or `failures/<set>-<n>` (failed: evidence, never adopted). */
export interface GateRecord extends GroupRecord {
  readonly gateSet: string;
  readonly verdict: "passed" | "failed";
  readonly source: { readonly name: string; readonly sha256: string };
  readonly gates: readonly GateSummary[];
  /** Waivers that were needed, each with its last day. */
  readonly waived: readonly { readonly rule: string; readonly place: string; readonly reason: string; readonly expires: string }[];
  /** Of a passed set. */
  readonly seal?: SealFacts;
  readonly startedAt: string;
  readonly finishedAt: string;
}

export interface GateSummary {
  readonly gate: string;
  readonly verdict: "passed" | "failed" | "skipped";
  readonly checks: number;
  readonly findings: number;
  readonly seconds: number;
  readonly facts: Readonly<Record<string, string | number>>;
}

/** `debian-12@2026.1101.2` */
export function releaseName(id: ReleaseId): string {
  return `${id.image}@${id.version}`;
}
