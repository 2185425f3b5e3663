import { rm } from "node:fs/promises";
import { join } from "node:path";
import { blobName } from "#model/azure-image";
import { artifactName, parseFormat } from "#model/format";
import type { SealConfig } from "#model/gates";
import { releaseName } from "#model/release";
import type { GroupName } from "#store/store";
import { requireSealed } from "#providers/seal/require-sealed";
import { trustedKeys } from "#providers/seal/trusted-keys";
import { artifactHash, sealedArtifact } from "#providers/shared/artifact-hash";
import { Arm } from "#providers/shared/azure/arm";
import { AzureError } from "#providers/shared/azure/azure-error";
import { requirePermissions } from "#providers/shared/azure/permissions";
import { getRegistered, kindOf, nameOf } from "#providers/shared/azure/registered";
import { configuredStore } from "#providers/shared/configured-store";
import { Progress } from "#providers/shared/progress";
import { workDir } from "#providers/shared/project";
import { ensureContainer } from "#providers/page-blob/ensure-container";
import { namesIn, placeIn, type PageBlobInputs, type PageBlobOutputs } from "#providers/page-blob/inputs";
import { sendDisk } from "#providers/page-blob/send-disk";
import { askedOf, blobOf, isMadeOf } from "#providers/page-blob/staged";

const gallery = /\/galleries\/([^/]+)\//;

/**
 * Sees to it that the disk is where Azure can make the image of it; nothing is sent where the image is there already.
 * @returns the blob's address and, where it was sent, its ETag.
 * @throws FleetError
 */
export async function bringDisk(inputs: PageBlobInputs, seal: SealConfig): Promise<Pick<PageBlobOutputs, "uri" | "etag">> {
  const { site, image, version } = namesIn(inputs.of);
  const progress = new Progress(`${site}/${image}`);
  const say = (text: string) => progress.say(`${version}: ${text}`);
  progress.begin(`sending ${version} to the storage account`);
  try {
    const arm = new Arm();
    const blob = await blobOf(arm, inputs);
    const journal = join(workDir(), "uploads", site, `${blobName({ image, version })}.jsonl`);
    if (await isRegistered(arm, inputs)) {
      await rm(journal, { force: true });
      say(`the ${kindOf(inputs.target)} ${nameOf(inputs.target)} is there already; nothing is sent`);
      return { uri: blob.url };
    }
    await requirePermissions(arm, { ...placeIn(inputs.where), gallery: gallery.exec(inputs.target)?.[1] } as Parameters<typeof requirePermissions>[1]);
    const asked = askedOf(`send ${releaseName({ image, version })} to ${site}`, inputs, "write");
    const { path, md5 } = await sealedDisk(inputs, seal, asked.action, say);
    await ensureContainer(arm, placeIn(inputs.where));
    const { etag } = await sendDisk({ blob, path, owner: inputs, md5, journal, asked, progress: say });
    return { uri: blob.url, ...(etag !== undefined && { etag }) };
  } finally {
    progress.stop();
  }
}

/** A version that failed is no image; what else has the name is refused. */
async function isRegistered(arm: Arm, inputs: PageBlobInputs): Promise<boolean> {
  const found = await getRegistered(arm, inputs.target);
  if (!found) return false;
  if (isMadeOf(found, inputs)) return found.state !== "Failed";
  throw new AzureError({ action: `register ${inputs.of}`, place: inputs.target, cause: "the name is taken by something else", hint: `look at it, then delete it if nobody needs it: az resource delete --ids ${found.id}` }, { status: 409 });
}

/** The file, verified with its seal; its MD5 comes while it is sent. */
async function sealedDisk(inputs: PageBlobInputs, seal: SealConfig, action: string, progress: (text: string) => void): Promise<{ path: string; md5: Promise<string> }> {
  const { image, version, format } = namesIn(inputs.of);
  const [store, id, group] = [configuredStore(), { image, version }, `formats/${format}` as GroupName];
  const artifact = { store, id, format, sha256: inputs.sha256, progress, action };
  await sealedArtifact(artifact);
  await requireSealed({ store, id, group, trusted: await trustedKeys(seal, action), action });
  const path = await store.open(id, group, artifactName(id, parseFormat(format)!));
  const md5 = artifactHash({ ...artifact, algorithm: "md5" });
  md5.catch(() => undefined); // whoever waits for it is told
  return { path, md5 };
}
