import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { FleetError } from "#model/errors";
import { releaseName, type Artifact, type BuildRecord, type ReleaseId, type SealFacts } from "#model/release";
import type { GroupName } from "#store/store";
import { sealFiles, sealNames } from "#providers/seal/seal-names";
import type { SigningKey } from "#providers/seal/signing-key";
import { sumsText } from "#providers/seal/sums";
import { sealedEnvelope } from "#providers/seal/dsse";
import { groupStatement, type ResourceDescriptor } from "#providers/seal/statement";
import { sha256 } from "#model/build-key";

/** What a group is sealed from. */
export interface SealJob {
  readonly id: ReleaseId;
  readonly group: GroupName;
  /** The group's private staging directory, where its artifacts lie. */
  readonly dir: string;
  /** All artifacts of the group with their digests, without the seal's own files. */
  readonly artifacts: readonly Artifact[];
  readonly build: BuildRecord;
  /** The group's record without `artifacts` and `seal`: it is signed, so that the stored record can be checked against it. */
  readonly record: object;
  readonly key: SigningKey;
  /** What went into the group besides the build: a SCAP data stream, a vulnerability database. */
  readonly materials?: readonly ResourceDescriptor[];
}

/**
 * Seals a group: writes its SHA256SUMS, their signature and the signed provenance statement into `dir`. The three become
 * artifacts of the group beside those that were given; the record gets the returned facts as its `seal`.
 * @throws FleetError
 */
export async function sealGroup(job: SealJob): Promise<SealFacts> {
  try {
    const taken = job.artifacts.find(({ name }) => sealFiles.includes(name));
    if (taken) throw new Error(`an artifact is called ${taken.name}, as a file of the seal is`);
    const statement = await sealedEnvelope(groupStatement(job), job.key);
    const sums = sumsText([...job.artifacts, { name: sealNames.statement, sha256: sha256(statement) }]);
    const files = { [sealNames.statement]: statement, [sealNames.sums]: sums, [sealNames.signature]: await job.key.sign(sums) };
    for (const [name, text] of Object.entries(files)) await writeFile(join(job.dir, name), text);
    return { fingerprint: job.key.fingerprint, ...sealNames };
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    const hint = "check the space in the store, and the signing key (has it expired meanwhile?), then run it again: nothing was stored";
    throw new FleetError({ action: `seal ${job.group} of ${releaseName(job.id)}`, place: job.dir, cause, hint }, { cause: error });
  }
}
