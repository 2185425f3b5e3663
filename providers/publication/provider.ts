import type { dynamic } from "@pulumi/pulumi";
import { FleetError } from "#model/errors";
import type { PublicationDocument } from "#model/publication";
import { releaseName, type BuildRecord } from "#model/release";
import type { DocumentName } from "#store/store";
import type { PublicationInputs, PublicationOutputs } from "#providers/publication/inputs";
import { outcomeOf } from "#providers/publication/outcome";
import { configuredStore, configureStore, type StackConfig } from "#providers/shared/configured-store";
import { mayDiffer } from "#providers/shared/unknown";
import { unreachableState } from "#providers/shared/unreachable";

const identity = ["image", "version", "project", "stack"] as const;

/** The verbs of Publication. */
export const provider = {
  configure({ config }: { config: StackConfig }): void {
    configureStore(config);
  },

  /** That a site came, went, or has it at last, is news; that it was seen again is none. */
  async diff(_id: string, olds: PublicationOutputs, news: PublicationInputs): Promise<dynamic.DiffResult> {
    const replaces = identity.filter((name) => mayDiffer(olds[name], news[name]));
    const others = [...Object.keys(olds.hours ?? {}), ...(olds.pending ?? [])].sort().join() !== [...(news.sites ?? [])].sort().join();
    const arrived = (olds.pending ?? []).some((site) => !(news.away ?? []).includes(site));
    return { changes: replaces.length > 0 || others || arrived || mayDiffer(olds.distributeWithin, news.distributeWithin), replaces };
  },

  async create(inputs: PublicationInputs): Promise<dynamic.CreateResult<PublicationOutputs>> {
    return { id: nameOf(inputs), outs: await record(inputs) };
  },

  async update(_id: string, _olds: PublicationOutputs, inputs: PublicationInputs): Promise<dynamic.UpdateResult<PublicationOutputs>> {
    return { outs: await record(inputs) };
  },

  /** A store that cannot be read keeps the state as it is: not knowing is no proof that the record is gone. */
  async read(id: string, props: PublicationOutputs): Promise<dynamic.ReadResult<PublicationOutputs>> {
    try {
      const [document, { finishedAt }] = await Promise.all([configuredStore().document<PublicationDocument>(nameOf(props)), builtRecord(props)]);
      if (!document) console.log(`[${props.image}] the store has lost when ${props.version} came to its sites`);
      return document ? { id, props: { ...props, ...outcomeOf(document, [...Object.keys(props.hours), ...props.pending], { finishedAt, now: new Date(), within: props.distributeWithin }) } } : { id: "", props };
    } catch (error) {
      return { id, props: { ...props, state: unreachableState(error) } };
    }
  },

  async delete(_id: string, props: PublicationOutputs): Promise<void> {
    await configuredStore().removeDocument(nameOf(props));
  },
};

/** What the store says already stays: a site is seen for the first time once. */
async function record({ sites, away, seen: times, ...own }: PublicationInputs): Promise<PublicationOutputs> {
  const { image, version, project, stack, distributeWithin: within } = own;
  const store = configuredStore();
  const name = nameOf(own);
  const [before, build] = await Promise.all([store.document<PublicationDocument>(name), builtRecord(own)]);
  const { finishedAt, disk: { sha256 } } = build;
  const seen = sites.flatMap((site) => {
    const first = before?.sites[site] ?? (away.includes(site) ? undefined : { verifiedAt: timeOf(times[site]) });
    return first ? [[site, first] as const] : [];
  });
  const last = seen.map(([, { verifiedAt }]) => verifiedAt).sort().at(-1);
  const registeredAt = before?.registeredAt ?? (seen.length === sites.length ? last : undefined);
  const document: PublicationDocument = { schemaVersion: 1, image, version, sha256, ...(registeredAt !== undefined && { registeredAt }), sites: Object.fromEntries(seen) };
  if (JSON.stringify(before) !== JSON.stringify(document)) await store.replaceDocument(name, document);
  const outcome = outcomeOf(document, sites, { finishedAt, now: new Date(), within });
  if (before?.registeredAt === undefined && registeredAt !== undefined) console.log(`[${image}] ${version} is on all its sites, ${Math.max(...Object.values(outcome.hours))} hours after its build`);
  return { image, version, project, stack, ...(within !== undefined && { distributeWithin: within }), ...outcome };
}

function timeOf(seconds = Math.floor(Date.now() / 1000)): string {
  return new Date(seconds * 1000).toISOString();
}

async function builtRecord(id: Pick<PublicationInputs, "image" | "version">): Promise<BuildRecord> {
  const store = configuredStore();
  const build = await store.record(id, "build");
  if (build) return build;
  throw new FleetError({ action: `record when ${releaseName(id)} came to its sites`, place: store.location, cause: "the store has no such release", hint: `see what there is: npm run store -- ls ${id.image}` });
}

function nameOf({ project, stack, image, version }: Pick<PublicationInputs, (typeof identity)[number]>): DocumentName {
  return `publications/${project}/${stack}/${releaseName({ image, version })}`;
}
