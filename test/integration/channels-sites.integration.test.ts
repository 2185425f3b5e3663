import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { gcpImageName } from "#model/gcp-image";
import { channelProperty } from "#model/openstack-image";
import { itemChannels } from "#model/vsphere";
import { createKeyFile } from "#providers/seal/create-key-file";
import { ensureTestPlugins, installPlugins } from "../../tools/setup/test-plugins.ts";
import { installStandInPlugins } from "../plugins/install.ts";
import { startAws, type Aws } from "../servers/aws/start-aws.ts";
import { startAzure, type Azure } from "../servers/azure/start-azure.ts";
import { startGcp, type Gcp } from "../servers/gcp/start-gcp.ts";
import { startOpenstack, type Openstack } from "../servers/openstack/start-openstack.ts";
import { startVcsim, type Vcsim } from "../servers/vcsim.ts";
import { storeRealRelease } from "../store/real-release.ts";
import { Project } from "./project.ts";

/** One channel on five kinds of site at once, each with the pointer of its own API, by the real engine: steps of one story, in this order. */
const image = "tiny";
const [first, second, third] = ["2026.1101.1", "2026.1101.2", "2026.1101.3"] as const;
const formats = ["qcow2", "raw", "vhd", "gce", "ova"];

let dir: string;
let project: Project;
let openstack: Openstack;
let aws: Aws;
let azure: Azure;
let gcp: Gcp;
let vcsim: Vcsim;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "imagefleet-channels-sites-"));
  const key = join(dir, "signing-key.asc");
  await createKeyFile(key);
  const log = () => {};
  const plugins = await ensureTestPlugins({ log });
  [openstack, aws, azure, gcp, vcsim] = await Promise.all([
    startOpenstack({ regions: ["north"], log }), startAws({ log }), startAzure({ containers: [] }), startGcp({ log }), startVcsim({ vcenters: [{ name: "hub" }, { name: "vc01" }] }),
  ]);
  for (const [name, value] of Object.entries({ ...aws.env, IMAGEFLEET_SIGNING_KEY_FILE: key })) vi.stubEnv(name, value);
  project = await Project.create({});
  Object.assign(project.env, { ...aws.env, ...azure.env, ...gcp.env, ...vcsim.env, ...(await openstack.cloudsYaml(project.dir)).env, IMAGEFLEET_SIGNING_KEY_FILE: key });
  await installPlugins(project.env["PULUMI_HOME"]!, plugins);
  await installStandInPlugins(project.env["PULUMI_HOME"]!, ["aws", "azure-native", "gcp"]);
  for (const version of [first, second]) await storeRealRelease(project.store, { image, version }, formats);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await Promise.all([project, openstack, aws, azure, gcp, vcsim].map((one) => (one && "stop" in one ? one.stop() : one?.remove())));
  await rm(dir, { recursive: true, force: true });
});

function configure(stable: string, more: Record<string, unknown> = {}): Promise<void> {
  const vcenter = (name: string) => {
    const { server, thumbprint, credentials, datacenter, datastore } = vcsim.vcenter(name);
    return { name, server, thumbprint, credentials, datacenter, datastore };
  };
  return project.configure({
    build: "never",
    images: { [image]: { os: "tiny/tiny-x86_64", epoch: "2026-11-01", sites: ["all"] } },
    sites: {
      corp: { kind: "vsphere", publishers: [{ ...vcenter("hub"), subscribers: [vcenter("vc01")] }] },
      north: { kind: "openstack", cloud: "factory", region: "north", nativeChannel: "stable" },
      amazon: { kind: "aws", region: aws.region, parameter: "/images/{image}/{channel}" },
      azure: { kind: "azure", ...azure.site, nativeChannel: "stable" },
      google: { kind: "gcp", ...gcp.site, nativeChannel: "stable" },
    },
    channels: { candidate: { [image]: "latest" }, stable: { [image]: stable } },
    ...more,
  });
}

/** What those get who follow the channel, by each site's own means. */
async function followed(): Promise<Record<string, string[]>> {
  const described = async (vcenter: string) => (await vcsim.items(vcenter)).filter(({ description }) => itemChannels(description).includes("stable")).map(({ name }) => name.slice(image.length + 1));
  const glance = openstack.glance("north", "factory");
  const shown = (await glance.list()).filter(({ name }) => name?.startsWith(`${image}-`));
  const { Parameter } = await new SSMClient({ region: aws.region }).send(new GetParameterCommand({ Name: `/images/${image}/stable` }));
  const versions = azure.outOfBand.all("Microsoft.Compute/galleries/images/versions") as unknown as { name: string; properties: { publishingProfile: { excludeFromLatest: boolean } } }[];
  return {
    hub: await described("hub"),
    vc01: await described("vc01"),
    north: shown.filter((one) => one[channelProperty("stable")] === "true").map(({ name }) => name!.slice(image.length + 1)),
    "north lists": shown.map(({ name }) => name!.slice(image.length + 1)),
    amazon: aws.admin.images().filter(({ id }) => id === Parameter?.Value).map(({ name }) => name.slice(image.length + 1)),
    azure: versions.filter(({ properties: { publishingProfile: { excludeFromLatest } } }) => !excludeFromLatest).map(({ name }) => name),
    google: gcp.outOfBand.images.filter(({ family, deprecated }) => family === `${image}-stable` && !deprecated).map(({ name }) => releaseOf(name)),
  };
}

const releaseOf = (name: string) => [first, second, third].find((version) => gcpImageName({ image, version }) === name)!;
const everywhere = (version: string) => Object.fromEntries(["hub", "vc01", "north", "north lists", "amazon", "azure", "google"].map((place) => [place, [version]]));
const said = (channel: string) => project.store.document<{ version: string }>(`channels/${channel}/${image}`).then((document) => document?.version);
const itemsOf = async (vcenter: string) => (await vcsim.items(vcenter)).map(({ name }) => name);

async function up(): Promise<string> {
  const { exitCode, text } = await project.up();
  expect(exitCode, text).toBe(0);
  return text;
}

async function drift(...args: string[]): Promise<{ code: number | undefined; text: string }> {
  const { exitCode, all } = await project.run("drift", args);
  return { code: exitCode, text: String(all) };
}

test("a promotion moves every site's own pointer in one run", async () => {
  await configure(first);
  await up();
  expect(await followed()).toEqual(everywhere(first));
  await configure(second);
  const text = await up();
  expect(await followed(), text).toEqual(everywhere(second));
  expect(await said("stable")).toBe(second);
});

test("nothing undoes it: the next run has nothing to do, and no site has drifted", async () => {
  const preview = await project.run("preview", ["--expect-no-changes"]);
  expect(preview.exitCode, String(preview.all)).toBe(0);
  expect(await drift()).toMatchObject({ code: 0 });
});

test("a release that supersedes it is registered everywhere and becomes the candidate, and the channel stays", async () => {
  await storeRealRelease(project.store, { image, version: third }, formats);
  await up();
  expect(await itemsOf("vc01")).toContain(`${image}-${third}`);
  expect(await followed()).toEqual(everywhere(second));
  expect(await said("stable")).toBe(second);
  expect(await said("candidate")).toBe(third);
});

test("one site that cannot be moved takes all back, and is named; the next run moves them all", async () => {
  gcp.compute.fault({ method: "POST", path: /\/deprecate$/ }, { kind: "answer", status: 403, body: JSON.stringify({ error: { code: 403, message: "not today" } }) });
  await configure(third);
  const { exitCode, text } = await project.up();
  gcp.compute.heal();
  expect(exitCode, text).not.toBe(0);
  expect(text).toMatch(/cannot move stable of tiny to 2026.1101.3 \(wave 1\): google: .*corp points at 2026.1101.2 again/s);
  expect(await followed()).toEqual(everywhere(second));
  expect(await said("stable")).toBe(second);
  await up();
  expect(await followed()).toEqual(everywhere(third));
});

test("a description that somebody changed is drift, and repaired", async () => {
  const item = (await vcsim.items("hub")).find(({ name }) => name === `${image}-${third}`)!;
  await vcsim.rest("hub", "PATCH", `com/vmware/content/library/item/id:${item.id}`, { update_spec: { description: item.description.replace(/,stable$/, "") } });
  const found = await drift();
  expect(found.code, found.text).toBe(3);
  expect(found.text).toMatch(/corp.*points at nothing/);
  const repaired = await drift("--repair");
  expect(repaired.code, repaired.text).toBe(0);
  expect(await followed()).toEqual(everywhere(third));
});

test("a revoked release leaves the libraries, and those who follow the channel get the one before; it comes back with its entry gone", async () => {
  await configure(third, { revoked: { [image]: { [third]: "its resolver runs what it is sent" } } });
  await up();
  expect(await followed()).toEqual(everywhere(second));
  for (const vcenter of ["hub", "vc01"]) expect(await itemsOf(vcenter), vcenter).not.toContain(`${image}-${third}`);
  await configure(third);
  await up();
  expect(await followed()).toEqual(everywhere(third));
  for (const vcenter of ["hub", "vc01"]) expect(await itemsOf(vcenter), vcenter).toContain(`${image}-${third}`);
});
