import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureTestPlugins } from "../../tools/setup/test-plugins.ts";
import { startService } from "./service.ts";
import { VcsimAdmin } from "./vcsim-admin.ts";

/** A vCenter to be simulated. */
export interface VcenterSpec {
  readonly name: string;
  /** Default 1. */
  readonly datastores?: number;
  /** Of the generation that has /rest but not /api. Default false. */
  readonly restOnly?: boolean;
  /** Reports SHA-256 sums of the bytes that were uploaded. Default false, as most vCenters. */
  readonly checksums?: boolean;
  /** Milliseconds from power-on until a guest's tools and address are said to be there; negative: never. Default 0. */
  readonly bootMs?: number;
}

/** Where a simulated vCenter is, and the names of what it has: enough for a site's configuration. */
export interface SimulatedVcenter {
  readonly name: string;
  /** `127.0.0.1:40001` */
  readonly server: string;
  /** SHA-256 of its self-signed certificate. */
  readonly thumbprint: string;
  /** Its user and password are in `env` as <credentials>_USER and <credentials>_PASSWORD. */
  readonly credentials: string;
  readonly datacenter: string;
  /** The first of `datastores`. */
  readonly datastore: string;
  readonly datastores: readonly string[];
  readonly resourcePool: string;
  readonly host: string;
  readonly folder: string;
  readonly network: string;
}

/** Simulated vCenters in one process (tools/vcsim), and what a test does behind their users' backs. */
export interface Vcsim extends Pick<VcsimAdmin, keyof VcsimAdmin> {
  readonly vcenters: readonly SimulatedVcenter[];
  vcenter(name: string): SimulatedVcenter;
  /** Credentials of all of them. */
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/**
 * Starts one process that serves all of them on loopback, until `stop` or until we end, however we end.
 * @throws FleetError when vcsim is not built yet and Go is not there.
 */
export async function startVcsim({ vcenters, log = () => {} }: { vcenters: readonly VcenterSpec[]; log?: (line: string) => void }): Promise<Vcsim> {
  const { vcsim } = await ensureTestPlugins({ log });
  const dir = await mkdtemp(join(tmpdir(), "vcsim-"));
  const accounts = vcenters.map((spec) => ({ ...spec, user: "administrator@vsphere.local", password: `p@ss:/?% ${randomUUID()}` }));
  const service = startService("vcsim", [vcsim], { cwd: dir, env: { TMPDIR: dir, IMAGEFLEET_VCSIM: JSON.stringify(accounts) } });
  const stop = async (): Promise<void> => {
    await service.stop();
    await rm(dir, { recursive: true, force: true });
  };
  try {
    const [line] = await service.line(/^\{"admin".*\}$/);
    return assemble(JSON.parse(line) as Ready, accounts, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

interface Ready {
  readonly admin: string;
  readonly vcenters: readonly Omit<SimulatedVcenter, "credentials" | "datastore">[];
}

function assemble(ready: Ready, accounts: readonly { name: string; user: string; password: string }[], stop: () => Promise<void>): Vcsim {
  const vcenters = ready.vcenters.map((one) => ({ ...one, credentials: prefix(one.name), datastore: one.datastores[0]! }));
  const env = accounts.flatMap(({ name, user, password }) => [[`${prefix(name)}_USER`, user], [`${prefix(name)}_PASSWORD`, password]]);
  const vcenter = (name: string): SimulatedVcenter => {
    const found = vcenters.find((one) => one.name === name);
    if (!found) throw new Error(`no vCenter ${name} was started`);
    return found;
  };
  return Object.assign(new VcsimAdmin(ready.admin), { vcenters, vcenter, env: Object.fromEntries(env) as Record<string, string>, stop });
}

function prefix(name: string): string {
  return `VCSIM_${name.toUpperCase().replaceAll(/[^A-Z0-9]/g, "_")}`;
}
