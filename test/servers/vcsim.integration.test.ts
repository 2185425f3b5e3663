import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { cp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { execa } from "execa";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { trustFile } from "#providers/shared/vcenter/trust-file";
import { ensureToolchain } from "../../tools/setup/ensure-toolchain.ts";
import { repositoryRoot } from "../../tools/setup/repository-root.ts";
import { ensureTestPlugins, installPlugins } from "../../tools/setup/test-plugins.ts";
import { addressOf } from "../providers/shared/vcenter/address-of.ts";
import { tinyOva } from "../providers/shared/vcenter/tiny-ova.ts";
import { startVcsim, type Vcsim } from "./vcsim.ts";

const program = `
import { ContentLibrary } from "@pulumi/vsphere/contentLibrary.js";
import { ContentLibraryItem } from "@pulumi/vsphere/contentLibraryItem.js";
import { getDatacenterOutput } from "@pulumi/vsphere/getDatacenter.js";
import { getDatastoreOutput } from "@pulumi/vsphere/getDatastore.js";
import { Provider } from "@pulumi/vsphere/provider.js";

function vcenter(name, settings) {
  const of = (what) => name + "_" + what;
  const provider = new Provider(name, {}, { envVarMappings: {
    [of("USER")]: "VSPHERE_USER", [of("PASSWORD")]: "VSPHERE_PASSWORD", [of("SERVER")]: "VSPHERE_SERVER", [of("TRUST")]: "SSL_CERT_FILE", NO_CERTIFICATES: "SSL_CERT_DIR",
  } });
  const datacenterId = getDatacenterOutput({ name: "DC0" }, { provider }).id;
  const storageBackings = [getDatastoreOutput({ name: "LocalDS_0", datacenterId }, { provider }).id];
  return { provider, library: new ContentLibrary(name, { name: "imagefleet", storageBackings, ...settings }, { provider }) };
}

const { provider, library } = vcenter("VCSIM_PUBLISHER", { publication: { published: true, authenticationMethod: "NONE" } });
new ContentLibraryItem("item", { name: "item", libraryId: library.id, type: "ovf", fileUrl: "item.ova" }, { provider, deleteBeforeReplace: true });
const subscriptionUrl = library.publication.apply((publication) => publication.publishUrl);
vcenter("VCSIM_SUBSCRIBER", { subscription: { subscriptionUrl, authenticationMethod: "NONE", automaticSync: true, onDemand: false } });
`;

let vcsim: Vcsim;
let dir: string;
let env: NodeJS.ProcessEnv;
let ova: Record<string, Buffer>;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "vcsim-plugin-"));
  ova = await tinyOva(dir, (path) => cp(path, join(dir, "item.ova")));
  vcsim = await startVcsim({ vcenters: [{ name: "publisher" }, { name: "subscriber" }], log: console.log });
  await installPlugins(join(dir, "home"), await ensureTestPlugins({ log: console.log }));
  writeFileSync(join(dir, "index.ts"), program);
  writeFileSync(join(dir, "package.json"), `{ "type": "module", "main": "index.ts", "dependencies": { "@pulumi/vsphere": "*" } }`);
  writeFileSync(join(dir, "Pulumi.yaml"), "name: libraries\nruntime: { name: nodejs, options: { typescript: false } }\n");
  symlinkSync(join(repositoryRoot, "node_modules"), join(dir, "node_modules"));
  for (const name of ["state", "no-certificates"]) mkdirSync(join(dir, name));
  const toolchain = await ensureToolchain({ packer: false, log: console.log });
  const engine = { PULUMI_BACKEND_URL: pathToFileURL(join(dir, "state")).href, PULUMI_HOME: join(dir, "home"), PULUMI_CONFIG_PASSPHRASE: "", PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true" };
  env = { ...process.env, ...toolchain.env, ...engine, ...vcsim.env, NO_CERTIFICATES: join(dir, "no-certificates"), ...(await servers()) };
  await pulumi("stack", "init", "test");
});

afterAll(async () => {
  await vcsim?.stop();
  rmSync(dir, { recursive: true, force: true });
});

beforeEach(async () => {
  await pulumi("destroy", "--yes", "--skip-preview");
  for (const { name } of vcsim.vcenters) {
    await vcsim.clearFaults(name);
    for (const { id } of await vcsim.libraries(name)) await vcsim.deleteLibrary(name, id);
    await vcsim.resetCounters(name);
  }
});

async function servers(): Promise<Record<string, string>> {
  const cwd = process.cwd();
  process.chdir(dir);
  try {
    const variables = vcsim.vcenters.map(async ({ name, server, credentials }) => [[`${credentials}_SERVER`, server], [`${credentials}_TRUST`, (await trustFile(addressOf(vcsim, name)))!]]);
    return Object.fromEntries((await Promise.all(variables)).flat()) as Record<string, string>;
  } finally {
    process.chdir(cwd);
  }
}

async function pulumi(...args: string[]): Promise<{ exitCode: number | undefined; all: string }> {
  const { exitCode, all } = await execa("pulumi", [...args, "--non-interactive"], { cwd: dir, env, extendEnv: false, reject: false, all: true });
  return { exitCode, all: all ?? "" };
}

const up = () => pulumi("up", "--yes", "--skip-preview");
/** What the plugin sends: descriptor and disk, but not the manifest. */
const sent = () => Object.entries(ova).filter(([name]) => !name.endsWith(".mf")).reduce((sum, [, bytes]) => sum + bytes.length, 0);

test("the plugin uploads an OVA once, trusting the pinned certificates alone, and subscribers pull it", async () => {
  expect(await up()).toMatchObject({ exitCode: 0 });
  expect(await vcsim.counters("publisher")).toMatchObject({ uploads: 2, uploadedBytes: sent(), pulledBytes: 0 });
  const [library] = await vcsim.libraries("subscriber");
  await vcsim.rest("subscriber", "POST", `com/vmware/content/subscribed-library/id:${library!.id}?~action=sync`);
  expect((await vcsim.items("subscriber")).map(({ name, cached }) => ({ name, cached }))).toEqual([{ name: "item", cached: true }]);
  const { uploadedBytes, pulledBytes } = await vcsim.counters("subscriber");
  expect(uploadedBytes).toBe(0);
  expect(pulledBytes).toBeGreaterThan(0);
  expect((await pulumi("preview", "--expect-no-changes")).exitCode).toBe(0);
});

test.each([
  { kind: "upload-cut", says: /EOF|reset|broken pipe|closed/ },
  { kind: "upload-session-expires", says: /401/ },
  { kind: "datastore-full", says: /500/ },
] as const)("$kind in the middle of a disk fails the upload, and leaves an item without it", async ({ kind, says }) => {
  await vcsim.fault("publisher", { kind, afterBytes: 1000, file: ".vmdk", times: 1 });
  const { exitCode, all } = await up();
  expect(exitCode).not.toBe(0);
  expect(all).toMatch(says);
  const items = await vcsim.items("publisher");
  expect(items.flatMap(({ files }) => files.map(({ name }) => name)).filter((name) => name.endsWith(".vmdk"))).toEqual([]);
  expect(items.map(({ name }) => name)).toEqual(["item"]);
});
