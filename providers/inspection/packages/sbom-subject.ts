import { createHash } from "node:crypto";
import type { BuildRecord } from "#model/release";
import type { OsRelease } from "#providers/inspection/packages/os-release";
import type { Package } from "#providers/inspection/packages/package-database";

/** What an SBOM describes: both of its forms are written from this, so that they say the same. */
export interface SbomSubject {
  readonly build: BuildRecord;
  readonly os: OsRelease;
  readonly packages: readonly Package[];
}

/** A UUID that follows from the disk and the kind of document: written again, an SBOM is the same document. */
export function documentId({ build }: SbomSubject, kind: string): string {
  const bytes = createHash("sha256").update(`imagefleet ${kind} ${build.disk.sha256}`).digest().subarray(0, 16);
  // version 8 (made by a rule of one's own) and variant of RFC 9562
  bytes[6] = (bytes[6]! & 0x0f) | 0x80;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** When the build finished, to the second: an SBOM has no time of its own. */
export function documentTime({ build }: SbomSubject): string {
  return new Date(build.finishedAt).toISOString().replace(/\.\d+Z$/, "Z");
}
