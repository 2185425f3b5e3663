import { FleetError } from "#model/errors";
import { releaseName, type BuildRecord, type ReleaseId } from "#model/release";
import { configuredStore } from "#providers/shared/configured-store";
import { storedFormat } from "#providers/channel-flip/pointers/stored-format";

/** What the store says of a release as one kind of site takes it. */
export interface SealedFacts extends ReleaseId {
  readonly key: string;
  /** Of the sealed artifact. */
  readonly sha256: string;
  readonly os: BuildRecord["os"];
  /** Bytes of the disk as its guest sees it. */
  readonly virtualBytes: number;
}

/** @throws FleetError where the store has not got it sealed in that format */
export async function sealedFacts(id: ReleaseId, format: string): Promise<SealedFacts> {
  const [build, sealed] = await storedFormat(id, format);
  if (build && sealed) return { ...id, key: build.key, sha256: sealed.artifact.sha256, os: build.os, virtualBytes: build.disk.virtualBytes };
  const cause = build ? `the store has no sealed ${format} of it` : "the store has no such release";
  throw new FleetError({ action: `verify ${releaseName(id)}`, place: configuredStore().location, cause, hint: "npm run up makes what is missing" });
}
