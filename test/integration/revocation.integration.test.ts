import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { gcpImageName } from "#model/gcp-image";
import { createKeyFile } from "#providers/seal/create-key-file";
import { ensureTestPlugins, installPlugins } from "../../tools/setup/test-plugins.ts";
import { installStandInPlugins } from "../plugins/install.ts";
import { startAws, type Aws } from "../servers/aws/start-aws.ts";
import { startAzure, type Azure } from "../servers/azure/start-azure.ts";
import { startGcp, type Gcp } from "../servers/gcp/start-gcp.ts";
import { startOpenstack, type Openstack } from "../servers/openstack/start-openstack.ts";
import { storeRealRelease } from "../store/real-release.ts";
import { Project } from "./project.ts";

/** A release is withdrawn from five kinds of site and comes back, by the real engine: steps of one story, in this order. */
const image = "tiny";
const [first, second] = ["2026.1101.1", "2026.1101.2"] as const;
const reason = "its resolver runs what it is sent";
const partner = "222222222222";

let dir: string;
let project: Project;
let openstack: Openstack;
let aws: Aws;
let azure: Azure;
let gcp: Gcp;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "imagefleet-revocation-"));
  const key = join(dir, "signing-key.asc");
  await createKeyFile(key);
  const log = () => {};
  const plugins = await ensureTestPlugins({ log });
  [openstack, aws, azure, gcp] = await Promise.all([startOpenstack({ regions: ["north"], log }), startAws({ log }), startAzure({ containers: [] }), startGcp({ log })]);
  for (const [name, value] of Object.entries({ ...aws.env, IMAGEFLEET_SIGNING_KEY_FILE: key })) vi.stubEnv(name, value);
  project = await Project.create({});
  Object.assign(project.env, { ...aws.env, ...azure.env, ...gcp.env, ...(await openstack.cloudsYaml(project.dir)).env, IMAGEFLEET_SIGNING_KEY_FILE: key });
  await installPlugins(project.env["PULUMI_HOME"]!, plugins);
  await installStandInPlugins(project.env["PULUMI_HOME"]!, ["aws", "azure-native", "gcp"]);
  for (const version of [first, second]) await storeRealRelease(project.store, { image, version }, ["qcow2", "raw", "vhd", "gce"]);
  await configure();
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await Promise.all([project, openstack, aws, azure, gcp].map((one) => (one && "stop" in one ? one.stop() : one?.remove())));
  await rm(dir, { recursive: true, force: true });
});

function configure(revoked: Record<string, unknown> = {}): Promise<void> {
  return project.configure({
    build: "never",
    images: { [image]: { os: "tiny/tiny-x86_64", epoch: "2026-11-01", sites: ["all"] } },
    sites: {
      shelf: { kind: "local", path: "shelf" },
      north: { kind: "openstack", cloud: "factory", region: "north", nativeChannel: "candidate" },
      amazon: { kind: "aws", region: aws.region, copyTo: ["eu-west-1"], shareWith: [partner], deprecateAfter: 3650 },
      azure: { kind: "azure", ...azure.site, nativeChannel: "candidate" },
      google: { kind: "gcp", ...gcp.site, members: ["group:builders@example.com"], nativeChannel: "candidate" },
    },
    channels: { candidate: { [image]: "latest" }, stable: { [image]: first } },
    ...revoked,
  });
}

/** What consumers of each site can get of a release. */
async function offers(version: string): Promise<Record<string, unknown>> {
  const [glance] = await openstack.glance("north", "factory").list({ name: `${image}-${version}`, os_hidden: true }).then(async (hidden) => [...hidden, ...(await openstack.glance("north", "factory").list({ name: `${image}-${version}` }))]);
  const versions = azure.outOfBand.all("Microsoft.Compute/galleries/images/versions") as unknown as { name: string; properties: { publishingProfile: { excludeFromLatest: boolean } } }[];
  return {
    shelf: existsSync(project.path("shelf", image, version)),
    north: glance && `${glance.status}${glance.os_hidden ? ", hidden" : ""}`,
    amazon: aws.admin.images().filter(({ name }) => name === `${image}-${version}`).map((ami) => [JSON.stringify(ami.permissions).includes(partner), Date.parse(ami.deprecationTime ?? "9999") < Date.now() + 3_600_000]),
    azure: versions.find(({ name }) => name === version)?.properties.publishingProfile.excludeFromLatest,
    google: gcp.outOfBand.image(gcpImageName({ image, version })).deprecated?.state ?? "ACTIVE",
  };
}

const candidate = () => project.store.document<{ version: string }>(`channels/candidate/${image}`).then((document) => document?.version);

async function up(): Promise<string> {
  const { exitCode, text } = await project.up();
  expect(exitCode, text).toBe(0);
  return text;
}

async function requireSettled(): Promise<void> {
  const preview = await project.run("preview", ["--expect-no-changes"]);
  expect(preview.exitCode, String(preview.all)).toBe(0);
}

test("before: the newest release is everywhere, for everyone whom it is shared with", async () => {
  await up();
  expect(await candidate()).toBe(second);
  expect(await offers(second)).toMatchObject({ shelf: true, north: "active", amazon: [[true, false], [true, false]], google: "ACTIVE" });
});

test("revoked: its channel falls back, and no site gives it to anybody", async () => {
  await configure({ revoked: { [image]: { [second]: reason } } });
  const text = await up();
  expect(text).toContain(`candidate moves from ${second} to ${first}`);
  expect(text).toContain(`withdrew ${second}: ${reason}`);
  expect(await candidate()).toBe(first);
  expect(await offers(second)).toEqual({ shelf: false, north: "deactivated, hidden", amazon: [[false, true], [false, true]], azure: true, google: "OBSOLETE" });
  expect(await offers(first)).toMatchObject({ shelf: true, north: "active", amazon: [[true, false], [true, false]], google: "ACTIVE" });
  expect(await project.store.document(`revocations/${image}@${second}`)).toMatchObject({ version: second, reason, stack: "imagefleet/test" });
  await requireSettled();
});

test("what others let in again is drift, and is withdrawn again", async () => {
  aws.admin.makePublic(aws.admin.images({ region: aws.region }).find(({ name }) => name === `${image}-${second}`)!.id);
  gcp.outOfBand.image(gcpImageName({ image, version: second })).deprecated = undefined;
  const { exitCode, all } = await project.run("drift");
  expect(exitCode, String(all)).toBe(3);
  expect(all).toMatch(/^amazon\/tiny@2026\.1101\.2\/raw\/status: incorrect: region \S+: it is public/m);
  expect(all).toMatch(/^google\/tiny@2026\.1101\.2\/gce\/status: incorrect: it is active/m);
  await up();
  expect(await offers(second)).toMatchObject({ amazon: [[false, true], [false, true]], google: "OBSOLETE" });
});

test("the entry removed: it is everywhere again, and the channel goes back to it", async () => {
  await configure();
  await up();
  expect(await candidate()).toBe(second);
  expect(await offers(second)).toMatchObject({ shelf: true, north: "active", amazon: [[true, false], [true, false]], google: "ACTIVE" });
  expect(await project.store.document(`revocations/${image}@${second}`)).toBeUndefined();
  await requireSettled();
});
