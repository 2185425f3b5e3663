import type { dynamic } from "@pulumi/pulumi";
import { ours } from "#model/openstack-image";
import { releaseName } from "#model/release";
import { artifactHash } from "#providers/shared/artifact-hash";
import { configuredStore, configureStore } from "#providers/shared/configured-store";
import { Progress } from "#providers/shared/progress";
import { configOfProvider } from "#providers/shared/stack-config";
import { isUnknown, mayDiffer } from "#providers/shared/unknown";
import type { CheckInputs, CheckOutputs } from "#providers/registration-check/inputs";
import { checkedSite } from "#providers/registration-check/kinds";

const compared = ["kind", "cloud", "region", "imageId"] as const;
const defaultStuckMinutes = 30;

let request: dynamic.ConfigureRequest | undefined;

/** The verbs of RegistrationCheck. What it looks at belongs to another resource, which deletes it. */
export const provider = {
  configure(configure: dynamic.ConfigureRequest): void {
    request = configure;
    configureStore(configure.config);
  },

  async diff(_id: string, olds: CheckOutputs, news: CheckInputs): Promise<dynamic.DiffResult> {
    const same = compared.every((name) => !mayDiffer(olds[name], news[name])) && !isUnknown(news.expected);
    return { changes: olds.state !== "correct" || !same || sorted(olds.expected) !== sorted(outputs(news, "", "").expected) };
  },

  async create(inputs: CheckInputs): Promise<dynamic.CreateResult<CheckOutputs>> {
    return { id: idOf(inputs), outs: outputs(inputs, await settle(inputs, false), "correct") };
  },

  async update(_id: string, olds: CheckOutputs, news: CheckInputs): Promise<dynamic.UpdateResult<CheckOutputs>> {
    const hash = await settle(news, olds.state.startsWith("unexpected"));
    if (olds.imageId !== news.imageId) await (await checkedSite(olds.kind)).release(olds);
    return { outs: outputs(news, hash, "correct") };
  },

  async read(id: string, props: CheckOutputs): Promise<dynamic.ReadResult<CheckOutputs>> {
    const { site, image, version, format } = namesIn(id);
    const state = await (await checkedSite(props.kind)).inspect({ image, version }, props).catch((error: Error) => `unreachable: ${oneLine(error.message)}`);
    if (state !== "correct") console.log(`[${site}/${image}] ${version} as ${format} is ${state}`);
    return { id, props: { ...props, state } };
  },

  async delete(_id: string, props: CheckOutputs): Promise<void> {
    await (await checkedSite(props.kind)).release(props);
  },
};

/** `frankfurt/debian-12@2026.1101.2/qcow2` */
function idOf({ site, image, version, format }: CheckInputs): string {
  return `${site}/${image}@${version}/${format}`;
}

function namesIn(id: string): { site: string; image: string; version: string; format: string } {
  const [, site = "", image = "", version = "", format = ""] = /^([^/]*)\/(.*)@(.*)\/(.*)$/.exec(id) ?? [];
  return { site, image, version, format };
}

async function settle(inputs: CheckInputs, suspicious: boolean): Promise<string> {
  const { kind, site, image, version, format, sha256 } = inputs;
  const progress = new Progress(`${site}/${image}`);
  progress.begin(`checking ${version} as ${format}`);
  const digest = (algorithm: string) => artifactHash({ store: configuredStore(), id: { image, version }, format, sha256, algorithm, progress: (text) => progress.say(text), action: `check ${releaseName(inputs)} on ${site}` });
  try {
    return await (await checkedSite(kind)).settle(inputs, { suspicious, digest, stuckAfterMs: stuckMinutes(site) * 60_000, progress: (text) => progress.say(text) });
  } finally {
    progress.stop();
  }
}

function stuckMinutes(name: string): number {
  const site = configOfProvider(request).sites[name];
  return (site && "stuckAfter" in site ? site.stuckAfter : undefined) ?? defaultStuckMinutes;
}

function outputs({ kind, cloud, region, imageId, expected: { kept, ...expected } }: CheckInputs, hash: string, state: string): CheckOutputs {
  return { kind, cloud, ...(region !== undefined && { region }), imageId, expected, stack: kept[ours.stack] ?? "", hash, state };
}

/** The engine gives keys back in an order of its own. */
function sorted(value: unknown): string | undefined {
  return JSON.stringify(value, (_, inner: unknown) => (typeof inner === "object" && inner !== null && !Array.isArray(inner) ? Object.fromEntries(Object.entries(inner).sort()) : inner));
}

function oneLine(message: string): string {
  return message.replace(/\s+/g, " ").slice(0, 300);
}
