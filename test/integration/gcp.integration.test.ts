import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { gcpDescription, gcpImageName, objectName } from "#model/gcp-image";
import type { FormatRecord } from "#model/release";
import { createKeyFile } from "#providers/seal/create-key-file";
import { installStandInPlugins } from "../plugins/install.ts";
import { startGcp, type Gcp } from "../servers/gcp/start-gcp.ts";
import { keyOf, storeRealRelease } from "../store/real-release.ts";
import { Project } from "./project.ts";

/** One project, the real engine, stand-ins for Google's plugin and services: steps of one story, in this order. */
const first = { image: "tiny", version: "2026.1101.1" };
const second = { image: "tiny", version: "2026.1101.2" };
const [firstName, secondName] = [gcpImageName(first), gcpImageName(second)];
const members = ["group:builders@example.com", "group:testers@example.com"];
const userRole = "roles/compute.imageUser";

let dir: string;
let gcp: Gcp;
let project: Project;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "imagefleet-gcp-test-"));
  const key = join(dir, "signing-key.asc");
  await createKeyFile(key);
  vi.stubEnv("IMAGEFLEET_SIGNING_KEY_FILE", key);
  gcp = await startGcp({ log: () => {} });
  project = await Project.create(fleet());
  Object.assign(project.env, { IMAGEFLEET_SIGNING_KEY_FILE: key, ...gcp.env });
  await installStandInPlugins(project.env["PULUMI_HOME"]!, ["gcp"]);
  await storeRealRelease(project.store, first, ["gce"]);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await Promise.all([gcp?.stop(), project?.remove()]);
  await rm(dir, { recursive: true, force: true });
});

/** Images come from the store alone. @param more Settings of the site. */
function fleet(more: Record<string, unknown> = {}, image: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    build: "never",
    images: { tiny: { os: "tiny/tiny-x86_64", epoch: "2026-11-01", sites: ["google"], ...image } },
    sites: { google: { kind: "gcp", ...gcp.site, storageLocations: ["eu"], members, labels: { team: "platform" }, ...more } },
  };
}

async function sha256(id: typeof first): Promise<string> {
  return (await project.store.record<FormatRecord>(id, "formats/gce"))!.artifact.sha256;
}

const uploads = (): number => gcp.storage.count({ method: "POST", path: /uploadType=resumable/ }).requests;
const names = (): string[] => gcp.outOfBand.images.map(({ name }) => name).sort();
const users = (name: string): string[] => (gcp.outOfBand.policy(name).bindings ?? []).filter(({ role }) => role === userRole).flatMap((binding) => binding.members ?? []).sort();

async function up(...args: string[]): Promise<string> {
  const { exitCode, text } = await project.up(...args);
  expect(exitCode, text).toBe(0);
  return text;
}

async function drift(): Promise<{ exitCode: number | undefined; text: string }> {
  const { exitCode, all } = await project.run("drift");
  return { exitCode, text: String(all) };
}

test("one up makes the image of the sealed archive, lets its members use it, and leaves nothing in the bucket", async () => {
  await up();
  const digest = await sha256(first);
  expect(gcp.outOfBand.image(firstName)).toMatchObject({
    status: "READY", description: gcpDescription({ stack: "imagefleet/test", key: keyOf(first), sha256: digest }), storageLocations: ["eu"], architecture: "X86_64", diskSizeGb: "1",
    labels: { team: "platform", "imagefleet-image": "tiny", "imagefleet-version": "2026-1101-1", "imagefleet-stack": "imagefleet_test", "imagefleet-key": keyOf(first).slice(0, 63), "imagefleet-sha256": digest.slice(0, 63), "imagefleet-channel": "latest" },
  });
  expect(gcp.outOfBand.image(firstName).family).toBeUndefined();
  expect(users(firstName)).toEqual([...members].sort());
  expect(await gcp.outOfBand.objects(gcp.site.bucket)).toEqual([]);
});

test("a second up changes nothing and sends nothing, and nothing has drifted", async () => {
  const before = uploads();
  expect(await up()).not.toMatch(/\b[1-9]\d* (created|updated|deleted|replaced)/);
  const preview = await project.pulumi("preview", "--refresh", "--expect-no-changes");
  expect(preview.exitCode, preview.text).toBe(0);
  expect((await drift()).exitCode).toBe(0);
  expect(uploads()).toBe(before);
});

test("state holds no token, no address of an upload and no path of this machine", async () => {
  const state = (await project.pulumi("stack", "export")).text;
  expect(state).not.toMatch(/ya29\.|upload_id/);
  expect(state).not.toContain(project.dir);
});

test("a state that was lost is found again: nothing is sent or made a second time", async () => {
  const { id } = gcp.outOfBand.image(firstName);
  const before = uploads();
  await rm(project.path("state"), { recursive: true });
  await mkdir(project.path("state"));
  await up();
  expect(gcp.outOfBand.images.map((image) => image.id)).toEqual([id]);
  expect(uploads()).toBe(before);
  const preview = await project.pulumi("preview", "--refresh", "--expect-no-changes");
  expect(preview.exitCode, preview.text).toBe(0);
});

test("what somebody changed, deprecated or made public is seen by a drift run and put right by the next up", async () => {
  const { id } = gcp.outOfBand.image(firstName);
  gcp.outOfBand.changeLabel(firstName, "imagefleet-version", "other");
  gcp.outOfBand.deprecate(firstName, "DEPRECATED");
  gcp.outOfBand.addMember(firstName, "allUsers");
  gcp.outOfBand.removeMember(firstName, members[0]!);
  const seen = await drift();
  expect(seen.exitCode).not.toBe(0);
  expect(seen.text).toMatch(/incorrect/);
  expect(seen.text).toMatch(/public: allUsers/);
  await up();
  expect(gcp.outOfBand.image(firstName)).toMatchObject({ id, labels: { "imagefleet-version": "2026-1101-1" } });
  expect(gcp.outOfBand.image(firstName).deprecated).toBeUndefined();
  expect(users(firstName)).toEqual([...members].sort());
  expect((await drift()).exitCode).toBe(0);
});

test("an image that was deleted is missing, and is sent and made again", async () => {
  gcp.outOfBand.delete(firstName);
  const seen = await drift();
  expect(seen.exitCode).not.toBe(0);
  expect(seen.text).toMatch(/missing/);
  await up();
  expect(gcp.outOfBand.image(firstName).status).toBe("READY");
  expect(users(firstName)).toEqual([...members].sort());
  expect(await gcp.outOfBand.objects(gcp.site.bucket)).toEqual([]);
});

test("what an image is made with changes: it is made again under its name", async () => {
  const { id } = gcp.outOfBand.image(firstName);
  await project.configure(fleet({ guestOsFeatures: ["IDPF"] }));
  await up();
  expect(gcp.outOfBand.image(firstName).id).not.toBe(id);
  expect(JSON.stringify(gcp.outOfBand.image(firstName))).toContain("IDPF");
  expect(users(firstName)).toEqual([...members].sort());
});

test("a permission that is missing is named before anything is sent", async () => {
  await storeRealRelease(project.store, second, ["gce"]);
  gcp.deny("compute.images.create");
  gcp.deny("storage.objects.delete");
  const before = uploads();
  const { exitCode, text } = await project.up();
  gcp.allow("compute.images.create");
  gcp.allow("storage.objects.delete");
  expect(exitCode).not.toBe(0);
  expect(text).toContain("compute.images.create, storage.objects.delete");
  expect(uploads()).toBe(before);
});

test("a name that somebody else has taken is refused, and they keep their image", async () => {
  await up();
  expect(names()).toEqual([firstName, secondName]);
  expect(gcp.outOfBand.image(firstName).labels).not.toHaveProperty("imagefleet-channel");
  const image = gcp.outOfBand.image(secondName);
  image.description = gcpDescription({ stack: "imagefleet/theirs", key: keyOf(second), sha256: await sha256(second) });
  const { exitCode, text } = await project.up();
  expect(exitCode).not.toBe(0);
  expect(text).toContain(`the name ${secondName} is taken by an image of the project ${gcp.site.project}; it belongs to the stack imagefleet/theirs`);
  image.description = gcpDescription({ stack: "imagefleet/test", key: keyOf(second), sha256: await sha256(second) });
});

test("a release that leaves the plan is deleted, and destroy removes the rest", async () => {
  await project.configure(fleet({ guestOsFeatures: ["IDPF"] }, { retain: 0 }));
  await up();
  expect(names()).toEqual([secondName]);
  const down = await project.pulumi("destroy", "--yes");
  expect(down.exitCode, down.text).toBe(0);
  expect(names()).toEqual([]);
  expect(await gcp.outOfBand.object(gcp.site.bucket, objectName(second))).toBeUndefined();
});
