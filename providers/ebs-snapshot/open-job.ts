import { artifactName, parseFormat } from "#model/format";
import type { SealConfig } from "#model/gates";
import { releaseName } from "#model/release";
import { fileIdentity } from "#store/verified-cache";
import { requireSealed } from "#providers/seal/require-sealed";
import { trustedKeys } from "#providers/seal/trusted-keys";
import { sealedArtifact } from "#providers/shared/artifact-hash";
import { awsClients, type AwsPatience } from "#providers/shared/aws/clients";
import { configuredStore } from "#providers/shared/configured-store";
import type { Progress } from "#providers/shared/progress";
import type { SnapshotInputs } from "#providers/ebs-snapshot/inputs";
import { defaultWaits, type UploadJob, type Waits } from "#providers/ebs-snapshot/job";
import { keyArnOf } from "#providers/ebs-snapshot/key-arn";

export interface JobOptions {
  readonly seal: SealConfig;
  readonly progress: Progress;
  readonly signal?: AbortSignal;
  readonly waits?: Waits;
  readonly patience?: AwsPatience;
}

/**
 * What an upload needs, once the seal of the disk holds: nothing leaves before. Its whole digest is taken once on each
 * machine, and not at all on the one that made it; after that, each block is hashed once.
 */
export async function openJob(inputs: SnapshotInputs, { seal, progress, signal, waits = defaultWaits, patience }: JobOptions): Promise<UploadJob> {
  const { image, version, format, sha256, site } = inputs;
  const id = { image, version };
  const action = `send ${releaseName(id)} as ${format} to ${site}`;
  const store = configuredStore();
  progress.begin(`verifying ${version} as ${format}`);
  const artifact = await sealedArtifact({ store, id, format, sha256, action, progress: (text) => progress.say(text) });
  await requireSealed({ store, id, group: `formats/${format}`, trusted: await trustedKeys(seal, action), action });
  const path = await store.open(id, `formats/${format}`, artifactName(id, parseFormat(format)!));
  const identity = await fileIdentity(path);
  const clients = awsClients(inputs, patience);
  const context = { access: clients.access, action, ...(signal && { signal }) };
  const keyArn = await keyArnOf(clients, inputs.kmsKey, context);
  return { inputs, clients, context, store, artifact, path, identity, waits, progress, ...(keyArn !== undefined && { keyArn }) };
}
