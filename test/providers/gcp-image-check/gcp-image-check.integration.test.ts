import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { dynamic } from "@pulumi/pulumi";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { gcpDescription, gcpImageName, gcpLabels, objectName } from "#model/gcp-image";
import type { FormatRecord } from "#model/release";
import type { CheckInputs } from "#providers/gcp-image-check/inputs";
import { keptExpectation, type CheckOutputs, type KeptInputs } from "#providers/gcp-image-check/kept";
import { provider } from "#providers/gcp-image-check/provider";
import { provider as objects } from "#providers/gcs-object/provider";
import { forgetListings } from "#providers/shared/gcp/stack-images";
import { openStore } from "#store/open";
import { startGcp, type Gcp } from "../../servers/gcp/start-gcp.ts";
import { keyOf, storeRealRelease } from "../../store/real-release.ts";
import { ownEnvironment } from "../own-environment.ts";

const id = { image: "tiny", version: "2026.1101.1" };
const name = gcpImageName(id);
const member = "group:builders@example.com";

let dir: string;
let gcp: Gcp;
let inputs: CheckInputs;
let outs: CheckOutputs;
let restore: () => void;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "imagefleet-gcp-check-"));
  gcp = await startGcp({ log: () => {} }); // first: what it installs belongs into the cache of whoever runs the tests
  restore = await ownEnvironment(dir, join(dir, "store"));
  for (const [variable, value] of Object.entries(gcp.env)) vi.stubEnv(variable, value);
  vi.stubEnv("IMAGEFLEET_RUN", "");
  vi.spyOn(process, "cwd").mockReturnValue(dir);
  const store = openStore(join(dir, "store"));
  await storeRealRelease(store, id, ["gce"]);
  const { artifact: { sha256 } } = (await store.record<FormatRecord>(id, "formats/gce"))!;
  objects.configure({ config: { get: () => undefined } } as unknown as dynamic.ConfigureRequest);
  inputs = {
    ...id, ...gcp.site, site: "gcp", format: "gce", key: keyOf(id), sha256, stack: "imagefleet/test", superseded: false, made: "", labels: { team: "platform" }, guestOsFeatures: ["GVNIC", "VIRTIO_SCSI_MULTIQUEUE"],
    licenses: [], storageLocations: ["eu"], architecture: "X86_64", diskSizeGb: 1, members: [member],
  };
});
beforeEach(async () => {
  if (gcp.outOfBand.images.length > 0) gcp.outOfBand.delete(name);
  await send();
  await make();
  outs = (await provider.create(kept(inputs))).outs!;
});
afterAll(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await gcp?.stop();
  restore?.();
  await rm(dir, { recursive: true, force: true });
});

/** As the resource hands it over. */
function kept({ site, image, version, format, made, ...facts }: CheckInputs): KeptInputs {
  return { of: `${site}/${image}@${version}/${format}`, made, expected: keptExpectation(facts) };
}

async function send(): Promise<void> {
  const { bytes } = (await openStore(join(dir, "store")).record<FormatRecord>(id, "formats/gce"))!.artifact;
  await objects.create({ ...id, ...gcp.site, site: "gcp", format: "gce", key: inputs.key, sha256: inputs.sha256.slice(0, 16), bytes, stack: inputs.stack, recipe: "" });
}

/** As the official resource does. */
async function make(): Promise<void> {
  const body = { name, description: gcpDescription(inputs), labels: gcpLabels({ labels: inputs.labels }, inputs), rawDisk: { source: `https://storage.googleapis.com/${inputs.bucket}/${objectName(id)}` }, guestOsFeatures: inputs.guestOsFeatures.map((type) => ({ type })), storageLocations: inputs.storageLocations };
  const headers = { authorization: `Bearer ${gcp.metadata.token()}`, "content-type": "application/json" };
  const { status } = await fetch(`${gcp.env["GOOGLE_COMPUTE_CUSTOM_ENDPOINT"]}projects/${inputs.project}/global/images`, { method: "POST", headers, body: JSON.stringify(body) });
  expect(status).toBe(200);
  await expect.poll(() => gcp.outOfBand.image(name).status).toBe("READY");
  inputs = { ...inputs, made: gcp.outOfBand.image(name).creationTimestamp };
}

async function look(): Promise<string> {
  forgetListings();
  outs = (await provider.read(kept(inputs).of, outs)).props!;
  return outs.state;
}

test("an image that is ready is correct, its archive is removed, and a member that nobody added yet is added", async () => {
  expect(outs.state).toBe("correct");
  expect(await gcp.outOfBand.objects(inputs.bucket)).toEqual([]);
  expect(gcp.outOfBand.policy(name).bindings).toEqual([{ role: "roles/compute.imageUser", members: [member] }]);
  expect(await look()).toBe("correct");
  expect(await provider.diff("", outs, kept(inputs))).toEqual({ changes: false });
});

test("whatever somebody changed, made public or deprecated is seen, and put right in place", async () => {
  const { id: before } = gcp.outOfBand.image(name);
  gcp.outOfBand.changeLabel(name, "imagefleet-stack");
  gcp.outOfBand.changeLabel(name, "theirs", "1");
  gcp.outOfBand.image(name).description = "edited";
  gcp.outOfBand.deprecate(name, "OBSOLETE");
  gcp.outOfBand.addMember(name, "allUsers");
  gcp.outOfBand.removeMember(name, member);
  expect(await look()).toMatch(/^incorrect: public: allUsers may use it; group:builders@example.com may not use it; label imagefleet-stack missing; label theirs added/);
  expect(await provider.diff("", outs, kept(inputs))).toEqual({ changes: true });
  outs = (await provider.update("", outs, kept(inputs))).outs!;
  expect(await look()).toBe("correct");
  expect(gcp.outOfBand.image(name)).toMatchObject({ id: before, description: gcpDescription(inputs) });
});

test("an image that took the place of ours is deleted, so that it is made again of the sealed bytes", async () => {
  gcp.outOfBand.delete(name);
  await send();
  await make();
  const theirs = gcp.outOfBand.image(name).id;
  expect(await look()).toContain(`it was exchanged for another image (${theirs}`);
  await expect(provider.update("", outs, kept(inputs))).rejects.toThrow(/exchanged for another image.*it was deleted/s);
  expect(gcp.outOfBand.images).toEqual([]);
  expect(await look()).toBe("missing");
  await send();
  await make();
  outs = (await provider.update("", outs, kept(inputs))).outs!;
  expect(await look()).toBe("correct");
});

test("an image is deprecated once its time has come, and not before", async () => {
  const later = { ...inputs, deprecateAt: new Date(Date.now() + 86_400_000).toISOString() };
  outs = (await provider.update("", outs, kept(later))).outs!;
  expect(gcp.outOfBand.image(name).deprecated).toBeUndefined();
  const due = { ...inputs, deprecateAt: "2026-11-02T00:00:00Z" };
  outs = (await provider.update("", outs, kept(due))).outs!;
  expect(gcp.outOfBand.image(name).deprecated).toEqual({ state: "DEPRECATED" });
  expect(await look()).toBe("correct");
  expect(await provider.diff("", outs, kept(due))).toEqual({ changes: false });
});

test("an image that Compute Engine could not make is deleted, and another run asked for", async () => {
  gcp.outOfBand.image(name).status = "FAILED";
  await expect(provider.update("", outs, kept(inputs))).rejects.toThrow(/could not make the image.*it was deleted.*npm run up/s);
  expect(gcp.outOfBand.images).toEqual([]);
});

test("a project that does not answer, or refuses, is no drift", async () => {
  gcp.deny("compute.images.list");
  expect(await look()).toMatch(/^unreachable: .*403.*compute\.images\.list/);
  gcp.allow("compute.images.list");
});

test("twenty looks share one listing", async () => {
  forgetListings();
  gcp.compute.reset();
  await Promise.all(Array.from({ length: 20 }, () => provider.read(kept(inputs).of, outs)));
  expect(gcp.compute.count({ method: "GET", path: /\/images\?/ }).requests).toBe(1);
});
