import type { dynamic } from "@pulumi/pulumi";
import { ours } from "#model/openstack-image";
import { releaseName } from "#model/release";
import { artifactHash, sealedArtifact } from "#providers/shared/artifact-hash";
import { configuredStore, configureStore } from "#providers/shared/configured-store";
import { Progress } from "#providers/shared/progress";
import { sortedText } from "#providers/shared/sorted-text";
import { configOfProvider } from "#providers/shared/stack-config";
import { isUnknown, mayDiffer } from "#providers/shared/unknown";
import type { CheckLook, CheckOutputs, KeptInputs } from "#providers/registration-check/inputs";
import { takenApart } from "#providers/registration-check/kept";
import { checkedSite } from "#providers/registration-check/kinds";
import { unreachableState } from "#providers/shared/unreachable";

const compared = ["where", "imageId"] as const;
const defaultStuckMinutes = 30;

let request: dynamic.ConfigureRequest | undefined;

/** The verbs of RegistrationCheck. What it looks at belongs to another resource, which deletes it. */
export const provider = {
  configure(configure: dynamic.ConfigureRequest): void {
    request = configure;
    configureStore(configure.config);
  },

  async diff(_id: string, olds: CheckOutputs, news: KeptInputs): Promise<dynamic.DiffResult> {
    const same = compared.every((name) => !mayDiffer(olds[name], news[name])) && !isUnknown(news.expected);
    return { changes: olds.state !== "correct" || !same || sortedText(olds.expected) !== sortedText(outputs(news, "", "").expected) };
  },

  async create(inputs: KeptInputs): Promise<dynamic.CreateResult<CheckOutputs>> {
    return { id: inputs.of, outs: outputs(inputs, await settle(inputs, false), "correct") };
  },

  async update(id: string, olds: CheckOutputs, news: KeptInputs): Promise<dynamic.UpdateResult<CheckOutputs>> {
    const hash = await settle(news, olds.state.startsWith("unexpected"));
    if (olds.imageId !== news.imageId) await release(id, olds);
    return { outs: outputs(news, hash, "correct") };
  },

  async read(id: string, props: CheckOutputs): Promise<dynamic.ReadResult<CheckOutputs>> {
    const look = lookOf(id, props);
    const state = await (await checkedSite(look.kind)).inspect(look).catch(unreachableState);
    if (state !== "correct") console.log(`[${look.site}/${look.image}] ${look.version} as ${look.format} is ${state}`);
    return { id, props: { ...props, state } };
  },

  async delete(id: string, props: CheckOutputs): Promise<void> {
    await release(id, props);
  },
};

async function settle({ of, where, ...kept }: KeptInputs, suspicious: boolean): Promise<string> {
  const inputs = { ...takenApart({ of, where }), ...kept };
  const { kind, site, image, version, format, sha256 } = inputs;
  const progress = new Progress(`${site}/${image}`);
  progress.begin(`checking ${version} as ${format}`);
  const artifact = { store: configuredStore(), id: { image, version }, format, sha256, progress: (text: string) => progress.say(text), action: `check ${releaseName(inputs)} on ${site}` };
  const sealed = { bytes: async () => (await sealedArtifact(artifact)).bytes, digest: (algorithm: string) => artifactHash({ ...artifact, algorithm }) };
  try {
    return await (await checkedSite(kind)).settle(inputs, { suspicious, sealed, stuckAfterMs: stuckMinutes(site) * 60_000, progress: (text) => progress.say(text) });
  } finally {
    progress.stop();
  }
}

async function release(id: string, props: CheckOutputs): Promise<void> {
  const look = lookOf(id, props);
  await (await checkedSite(look.kind)).release(look);
}

function lookOf(id: string, { where, ...props }: CheckOutputs): CheckLook {
  return { ...takenApart({ of: id, where }), ...props };
}

function stuckMinutes(name: string): number {
  const site = configOfProvider(request).sites[name];
  return (site && "stuckAfter" in site ? site.stuckAfter : undefined) ?? defaultStuckMinutes;
}

function outputs({ where, imageId, expected: { kept, ...expected } }: KeptInputs, hash: string, state: string): CheckOutputs {
  return { where, imageId, expected, stack: kept[ours.stack] ?? "", hash, state };
}

