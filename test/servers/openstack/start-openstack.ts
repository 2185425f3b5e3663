import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { baseEnvironment } from "#providers/shared/exec";
import { pythonVenv } from "../python-venv.ts";
import { startService, type Service } from "../service.ts";
import { writeCloudsYaml, type CloudsYaml } from "./clouds-yaml.ts";
import { adminPassword, glanceConfiguration, keystoneConfiguration } from "./configuration.ts";
import { GlanceClient } from "./glance-client.ts";
import { KeystoneClient } from "./keystone-client.ts";
import { seedCatalog, seedTenants, tenants } from "./seed.ts";
import { openstackTemplate } from "./template.ts";

export interface OpenstackOptions {
  /** A Glance for each, with its own database and files. Default `["RegionOne"]`. */
  readonly regions?: readonly string[];
  /** What the catalog says of a region's Glance, such as a proxy in front of it. Default its own URL. */
  readonly glanceEndpoint?: (region: string, url: string) => Promise<string> | string;
  /** How long tokens last, in seconds. Default an hour. */
  readonly tokenSeconds?: number;
  /** Told what takes long: the first run on a machine installs OpenStack. Default the console. */
  readonly log?: (line: string) => void;
}

export type Cloud = keyof typeof tenants | "admin";

export interface Region {
  readonly name: string;
  /** Glance itself. */
  readonly url: string;
  /** Glance as the catalog names it. */
  readonly endpoint: string;
}

/** A running Keystone with a Glance for each region. */
export interface Openstack {
  readonly authUrl: string;
  readonly regions: readonly Region[];
  /** The id of each cloud's project: owner of its images, or their member. */
  readonly projectIds: Readonly<Record<keyof typeof tenants, string>>;
  /** Directory of the programs, `openstack` among them. */
  readonly bin: string;
  /** Processes, for tests that look after them. */
  readonly pids: readonly number[];
  /**
   * Writes `clouds.yaml` and `secure.yaml` with an entry for each cloud: factory, team, team2, admin.
   * @param at where they look for Keystone, such as a proxy in front of it. Default its own URL.
   */
  cloudsYaml(dir: string, at?: string): Promise<CloudsYaml>;
  /** Glance of a region as one of the clouds sees it, past any proxy. */
  glance(region: string, cloud: Cloud): GlanceClient;
  /** A token of a cloud's user. */
  token(cloud: Cloud): Promise<string>;
  /** Log of a service, `keystone` or a region, for messages. */
  logFile(service: string): string;
  /** Ends all processes and removes their files. */
  stop(): Promise<void>;
}

const requirements = join(import.meta.dirname, "requirements.txt");
const server = join(import.meta.dirname, "serve.py");

/** Threads of a server: enough for uploads side by side while others ask. */
const threads = "8";

/** Starts OpenStack's identity and image services on free ports of 127.0.0.1; they end with the test's process. */
export async function startOpenstack(options: OpenstackOptions = {}): Promise<Openstack> {
  const log = options.log ?? console.log;
  const venv = await pythonVenv("openstack", requirements, log);
  const template = await openstackTemplate(venv, log);
  const dir = await mkdtemp(join(tmpdir(), "imagefleet-openstack-"));
  const services: Service[] = [];
  const stop = async () => {
    await Promise.all(services.map((service) => service.stop()));
    await rm(dir, { recursive: true, force: true });
  };
  try {
    const start: typeof startService = (...args) => {
      services.push(startService(...args));
      return services.at(-1)!;
    };
    const place: Place = { dir, venv, template, start };
    const authUrl = `${await keystone(place, options.tokenSeconds)}/v3`;
    const urls = await Promise.all((options.regions ?? ["RegionOne"]).map(async (name) => ({ name, url: await glance(place, name, authUrl) })));
    const regions = await Promise.all(urls.map(async ({ name, url }) => ({ name, url, endpoint: (await options.glanceEndpoint?.(name, url)) ?? url })));
    await Promise.all(services.map((service) => service.line(/^ready$/)));
    return {
      ...(await seeded(authUrl, regions)),
      bin: join(venv, "bin"),
      pids: services.map(({ pid }) => pid),
      logFile: (name) => join(dir, name, name === "keystone" ? "keystone.log" : "glance.log"),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface Place {
  readonly dir: string;
  readonly venv: string;
  readonly template: string;
  readonly start: typeof startService;
}

async function keystone(place: Place, tokenSeconds?: number): Promise<string> {
  const home = join(place.dir, "keystone");
  await copy(place.template, home, ["keystone.db", "fernet", "credential"]);
  const file = join(home, "keystone.conf");
  await writeFile(file, keystoneConfiguration(home, tokenSeconds));
  return serve(place, "keystone", "keystone.wsgi.api", { OS_KEYSTONE_CONFIG_FILES: file });
}

async function glance(place: Place, region: string, authUrl: string): Promise<string> {
  const home = join(place.dir, region);
  await copy(place.template, home, ["glance.db"]);
  for (const name of ["images", "staging", "tasks"]) await mkdir(join(home, name));
  const paste = join(place.venv, "etc/glance/glance-api-paste.ini");
  await writeFile(join(home, "glance-api.conf"), glanceConfiguration(home, { authUrl, paste }), { mode: 0o600 });
  return serve(place, region, "glance.wsgi.api", { OS_GLANCE_CONFIG_DIR: home });
}

async function copy(from: string, to: string, names: readonly string[]): Promise<void> {
  await mkdir(to);
  for (const name of names) await cp(join(from, name), join(to, name), { recursive: true });
}

/** @returns its URL, known before it is ready: who connects meanwhile waits. */
async function serve({ dir, venv, start }: Place, name: string, module: string, settings: Record<string, string>): Promise<string> {
  const env = { ...baseEnvironment(), ...settings, PYTHONWARNINGS: "ignore", TMPDIR: join(dir, name), NO_PROXY: "127.0.0.1", no_proxy: "127.0.0.1" };
  const service = start(name, [join(venv, "bin/python"), server, module, threads], { cwd: join(dir, name), env });
  const [, port] = await service.line(/^listening (\d+)$/);
  return `http://127.0.0.1:${port}`;
}

async function seeded(authUrl: string, regions: readonly Region[]) {
  const credentials = { ...tenants, admin: { user: "admin", password: adminPassword, project: "admin" } } as const;
  const users = Object.fromEntries(Object.entries(credentials).map(([name, one]) => [name, new KeystoneClient(authUrl, one)])) as Record<Cloud, KeystoneClient>;
  await users.admin.call("GET", "services"); // Keystone loads its policy at the first request, and must not be asked twice meanwhile
  const [projectIds] = await Promise.all([
    seedTenants(users.admin),
    seedCatalog(users.admin, Object.fromEntries(regions.map(({ name, endpoint }) => [name, endpoint]))),
  ]);
  const clients = new Map(regions.map(({ name, url }) => [name, url]));
  const client = (region: string, cloud: Cloud): GlanceClient => {
    const url = clients.get(region);
    if (!url) throw new Error(`there is no region ${region}, only ${[...clients.keys()].join(", ")}`);
    return new GlanceClient(url, users[cloud]);
  };
  await Promise.all(regions.map(({ name }) => client(name, "admin").list())); // what Glance does at its first request
  return {
    authUrl,
    regions,
    projectIds,
    cloudsYaml: (to: string, at = authUrl) => writeCloudsYaml(to, at, regions.map(({ name }) => name), credentials),
    glance: client,
    token: (cloud: Cloud) => users[cloud].token(),
  };
}
