import type { dynamic } from "@pulumi/pulumi";
import { releaseName } from "#model/release";
import { awsClients } from "#providers/shared/aws/clients";
import { configureStore } from "#providers/shared/configured-store";
import { stopBuildsWithEngine } from "#providers/shared/engine-watch";
import { Progress } from "#providers/shared/progress";
import { sortedText } from "#providers/shared/sorted-text";
import { configOfProvider } from "#providers/shared/stack-config";
import { isUnknown, mayDiffer } from "#providers/shared/unknown";
import type { SnapshotInputs, SnapshotOutputs } from "#providers/ebs-snapshot/inputs";
import { makeSnapshot } from "#providers/ebs-snapshot/make-snapshot";
import { openJob } from "#providers/ebs-snapshot/open-job";
import { lookAt } from "#providers/ebs-snapshot/look";
import { removeSnapshot } from "#providers/ebs-snapshot/remove";
import { makePrivate, writeTags } from "#providers/ebs-snapshot/tags";

/** What makes it another snapshot; how one gets there (profile, role, bucket) does not. */
const identity = ["site", "region", "image", "version", "format", "sha256", "virtualBytes", "kmsKey", "stack"] as const;

let request: dynamic.ConfigureRequest | undefined;

/** The verbs of EbsSnapshot. */
export const provider = {
  configure(configure: dynamic.ConfigureRequest): void {
    request = configure;
    configureStore(configure.config);
  },

  async diff(_id: string, olds: SnapshotOutputs, news: SnapshotInputs): Promise<dynamic.DiffResult> {
    const replaces = identity.filter((name) => mayDiffer(olds[name], news[name]));
    const changes = replaces.length > 0 || olds.state !== "correct" || isUnknown(news.tags) || sortedText(olds.tags) !== sortedText(news.tags) || way(olds) !== way(news);
    return { changes, replaces };
  },

  async create(inputs: SnapshotInputs): Promise<dynamic.CreateResult<SnapshotOutputs>> {
    const progress = new Progress(`${inputs.site}/${inputs.image}`);
    try {
      const job = await openJob(inputs, { seal: configOfProvider(request).seal, progress, signal: stopBuildsWithEngine() });
      const id = await makeSnapshot(job);
      progress.done(`${inputs.version} is ${id} in ${inputs.region}`);
      return { id, outs: outputs(inputs, id, "correct") };
    } finally {
      progress.stop();
    }
  },

  async update(id: string, olds: SnapshotOutputs, news: SnapshotInputs): Promise<dynamic.UpdateResult<SnapshotOutputs>> {
    const clients = awsClients(news);
    const context = { access: clients.access, action: `mend ${id} of ${releaseName(news)} on ${news.site}` };
    await writeTags(clients, id, { wanted: news.tags, before: olds.tags }, context);
    if (/public/.test(olds.state)) await makePrivate(clients, id, context);
    return { outs: outputs(news, id, "correct") };
  },

  async read(id: string, props: SnapshotOutputs): Promise<dynamic.ReadResult<SnapshotOutputs>> {
    const state = await lookAt(props);
    if (state !== "correct") console.log(`[${props.site}/${props.image}] ${props.version}: ${id} is ${state}`);
    return { id: state === "missing" ? "" : id, props: { ...props, state } };
  },

  async delete(id: string, props: SnapshotOutputs): Promise<void> {
    const clients = awsClients(props);
    await removeSnapshot(clients, id, { access: clients.access, action: `delete ${id} of ${releaseName(props)} from ${props.site}` });
  },
};

/** How one gets there. */
function way({ profile, assumeRole, snapshotImport }: SnapshotInputs): string | undefined {
  return sortedText([profile, assumeRole, snapshotImport]);
}

function outputs({ site, region, image, version, format, sha256, bytes, virtualBytes, stack, tags, profile, assumeRole, kmsKey, snapshotImport }: SnapshotInputs, snapshotId: string, state: string): SnapshotOutputs {
  const optional = { profile, assumeRole, kmsKey, snapshotImport };
  return { site, region, image, version, format, sha256, bytes, virtualBytes, stack, tags, ...(Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)) as typeof optional), snapshotId, state } as SnapshotOutputs;
}
