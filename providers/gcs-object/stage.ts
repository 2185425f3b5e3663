import { gcpImageName, objectName, readGcpDescription } from "#model/gcp-image";
import type { SealConfig } from "#model/gates";
import { releaseName } from "#model/release";
import type { Store } from "#store/store";
import { requireSealed } from "#providers/seal/require-sealed";
import { trustedKeys } from "#providers/seal/trusted-keys";
import { sealedArtifact } from "#providers/shared/artifact-hash";
import { crc32cText } from "#providers/shared/crc32c";
import { getImage } from "#providers/shared/gcp/compute";
import { GcpError } from "#providers/shared/gcp/gcp-error";
import { openGcp, type Gcp } from "#providers/shared/gcp/open-gcp";
import { requirePermissions } from "#providers/shared/gcp/permissions";
import { isStackObject, isStaged, stagedMetadata } from "#providers/shared/gcp/staged-object";
import { deleteObject, getObject, type StoredObject } from "#providers/shared/gcp/storage";
import { fileCrc } from "#providers/gcs-object/file-crc";
import type { ObjectInputs } from "#providers/gcs-object/inputs";
import { Journal } from "#providers/gcs-object/journal";
import { upload, type Upload } from "#providers/gcs-object/upload";

export interface StageOptions {
  readonly store: Store;
  readonly seal: SealConfig;
  /** The image will be made again, so that it is no matter that there is one. */
  readonly again: boolean;
  readonly progress: (text: string) => void;
}

/** A server that spoils bytes once may do so by chance. */
const attempts = 2;

/**
 * Makes sure that an image can be made: nothing is sent where there is the image already, or the object; what an interrupted
 * run has sent is not sent again.
 * @throws FleetError
 */
export async function stage(inputs: ObjectInputs, { store, seal, again, progress }: StageOptions): Promise<void> {
  const { image, version, format, project, bucket, stack, key } = inputs;
  const gcp = openGcp(project);
  if (!again && (await isRegistered(gcp, inputs))) return;
  const id = { image, version };
  const action = `send ${releaseName(id)} as ${format} to ${inputs.site}`;
  const { name: artifact, sha256, bytes } = await sealedArtifact({ store, id, format, sha256: inputs.sha256, progress, action });
  const path = await store.open(id, `formats/${format}`, artifact);
  const name = objectName(id);
  const there = await getObject(gcp, bucket, name);
  if (there && !isStackObject(there, inputs)) throw taken(gcp, inputs, name);
  const journal = new Journal(bucket, name);
  if (there && isStaged(there, { key, sha256, stack }) && there.size === bytes && there.crc32c === crc32cText(await fileCrc(path))) return journal.remove(); // of a run that was killed before it knew
  await requirePermissions(gcp, bucket);
  await requireSealed({ store, id, group: `formats/${format}`, trusted: await trustedKeys(seal, action), action });
  const target = { gcp, bucket, name, bytes, path, sha256, progress, journal, metadata: stagedMetadata({ key, sha256, stack }) };
  await sendVerified(target, there).catch(async (error: unknown) => {
    const lost = error instanceof GcpError && error.status === 412 ? await getObject(gcp, bucket, name) : undefined;
    // the object was written after we looked: by somebody else, or by this upload, whose last answer was lost with its session
    if (lost && !isStackObject(lost, inputs)) throw taken(gcp, inputs, name);
    if (!lost || !isStaged(lost, { key, sha256, stack }) || lost.size !== bytes || lost.crc32c !== crc32cText(await fileCrc(path))) throw error;
  });
}

/** Another image of the name is refused before anything is declared; here it may only be that of another run. */
async function isRegistered(gcp: Gcp, { image, version, key, sha256, stack }: ObjectInputs): Promise<boolean> {
  const found = await getImage(gcp, gcpImageName({ image, version }));
  const facts = found && readGcpDescription(found.description);
  return found !== undefined && found.status !== "FAILED" && found.status !== "DELETING" && facts?.key === key && facts.stack === stack && facts.sha256.startsWith(sha256);
}

/** What Cloud Storage says that it holds is compared with what the file holds: to say a checksum beforehand would not prove that it was compared. */
async function sendVerified(target: Omit<Upload, "generation">, there: StoredObject | undefined): Promise<void> {
  let generation = there?.generation ?? "0";
  for (let attempt = 1; ; attempt++) {
    const { object, crc } = await upload({ ...target, generation });
    const stored = await getObject(target.gcp, target.bucket, target.name);
    if (stored?.generation === object.generation && stored.size === target.bytes && stored.crc32c === crc32cText(crc)) return;
    await deleteObject(target.gcp, target.bucket, target.name, object.generation);
    if (attempt === attempts) throw spoilt(target, stored, crc);
    generation = "0";
    target.progress("Cloud Storage holds other bytes than were sent: deleted, sending once more");
  }
}

function taken({ place }: Gcp, { site, bucket, image, version }: ObjectInputs, name: string): GcpError {
  const action = `send ${releaseName({ image, version })} to ${site}`;
  return new GcpError({ action, place, cause: `gs://${bucket}/${name} is there already and is not this stack's`, hint: `look at it, then: gcloud storage rm gs://${bucket}/${name}` }, 409);
}

function spoilt({ gcp, bucket, name, bytes }: Omit<Upload, "generation">, stored: StoredObject | undefined, crc: number): GcpError {
  const has = stored ? `${stored.size} bytes with CRC-32C ${stored.crc32c}` : "nothing";
  return new GcpError({ action: `send gs://${bucket}/${name}`, place: gcp.place, cause: `Cloud Storage holds ${has}, twice; the sealed file has ${bytes} bytes with ${crc32cText(crc)}`, hint: "run the same command again; if it stays so, look at what is between this machine and Cloud Storage" });
}
