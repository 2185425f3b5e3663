import { access, constants, mkdir } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { Semaphore } from "async-mutex";
import type { Vcenter } from "#model/config/sites/vsphere";
import { FleetError } from "#model/errors";
import type { Place } from "#model/places";
import { trustNothingElse, trustVariable } from "#model/vsphere";
import { workDir } from "#providers/shared/project";

/** Milliseconds that a place has to answer. */
const patience = 15_000;
/** Milliseconds after which it is said who is waited for. */
const quiet = 2_000;
/** A probe is a few packets; this many are under way side by side. */
const sideBySide = 64;

export interface Unreachable {
  /** `<site>`, or `<site>/<vcenter>`. */
  readonly place: string;
  readonly cause: string;
  /** What to do about it. */
  readonly hint?: string;
}

export interface Probed {
  readonly unreachable: readonly Unreachable[];
  /** Environment by which the engine's plugins trust the certificates that are pinned, and no others. */
  readonly trust: Readonly<Record<string, string>>;
}

/** Asks each place, side by side, whether it can be reached; those that cannot are left out of a run and named. */
export async function probePlaces(places: readonly Place[], log: (line: string) => void): Promise<Probed> {
  const lanes = new Semaphore(sideBySide);
  const waiting = new Set(places.map(({ name }) => name));
  const timer = setTimeout(() => log(`[sites] asking whether they can be reached; waiting for ${[...waiting].join(", ")}`), quiet);
  try {
    const answers = await Promise.all(places.map((place) => lanes.runExclusive(() => probe(place)).finally(() => waiting.delete(place.name))));
    return {
      unreachable: answers.flatMap(({ unreachable }) => unreachable ?? []),
      trust: Object.assign({}, ...answers.map(({ trust }) => trust)) as Record<string, string>,
    };
  } finally {
    clearTimeout(timer);
  }
}

async function probe(place: Place): Promise<{ unreachable?: Unreachable; trust?: Record<string, string> }> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => (timer = setTimeout(() => reject(new Error(`no answer within ${patience / 1000} s`)), patience)));
  try {
    return { trust: await Promise.race([reach(place), late]) };
  } catch (error) {
    const { cause, hint } = error instanceof FleetError ? error.fault : { cause: (error as Error).message };
    return { unreachable: { place: place.name, cause, hint } };
  } finally {
    clearTimeout(timer);
  }
}

/** @returns what the engine's plugins need to know to trust the place. */
async function reach({ site, vcenter, source }: Place): Promise<Record<string, string>> {
  switch (site.kind) {
    case "local":
    case "vagrant":
      await writable(resolve(site.path));
      return {};
    case "aws":
      await (await import("#providers/shared/aws/probe")).probeAws(site);
      return {};
    case "azure":
      await (await import("#providers/shared/azure/probe")).probeAzure(site);
      return {};
    case "gcp":
      await (await import("#providers/shared/gcp/probe")).probeGcp(site);
      return {};
    case "openstack":
      await (await import("#providers/shared/openstack/probe")).probeOpenstack(site);
      return {};
    case "vsphere":
      await reachVcenter(site.name, vcenter!);
      return source === undefined ? trustOf(site.name, vcenter!) : {}; // the plugin speaks to publishers alone
  }
}

async function reachVcenter(site: string, { name, server, credentials, thumbprint }: Vcenter): Promise<void> {
  await (await import("#providers/shared/vcenter/probe")).probeVcenter({ site, vcenter: name, server, credentials, thumbprint });
}

async function trustOf(site: string, { name, server, credentials, thumbprint }: Vcenter): Promise<Record<string, string>> {
  const file = await (await import("#providers/shared/vcenter/trust-file")).trustFile({ site, vcenter: name, server, credentials, thumbprint });
  if (file === undefined) return {};
  const empty = join(workDir(), "trust", "nothing-else");
  await mkdir(empty, { recursive: true });
  return { [trustVariable(site, name)]: file, [trustNothingElse]: empty };
}

/** A catalog that does not exist yet is made, so the nearest directory above it must take it. */
async function writable(path: string): Promise<void> {
  try {
    await access(path, constants.W_OK | constants.X_OK);
  } catch (error) {
    const above = dirname(path);
    if ((error as NodeJS.ErrnoException).code !== "ENOENT" || above === path) throw error;
    await writable(above);
  }
}
