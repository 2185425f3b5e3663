import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { gcpDescription, objectName } from "#model/gcp-image";
import { begun, GcpFleet, id, made, members, name } from "./gcp-fleet.ts";
import { configurationFault, linesOf, messageOf, transcript } from "./transcript.ts";

/** What goes wrong between a project of Google Cloud and a run: a story, in this order. The next run, or the same one, makes it right. */
const puts = { method: "PUT", path: /upload_id/ };
const setLabels = { method: "POST", path: /setLabels/ };

let fleet: GcpFleet;
beforeAll(async () => {
  fleet = await GcpFleet.create();
});
beforeEach(() => fleet.heal());
afterAll(() => fleet?.remove());

test("without credentials the site is left out, and named", async () => {
  const { env } = fleet.project;
  env["GOOGLE_APPLICATION_CREDENTIALS"] = "/nowhere/key.json";
  const text = await fleet.failingUp();
  delete env["GOOGLE_APPLICATION_CREDENTIALS"];
  await transcript("gcp-unreachable", linesOf(text, /^unreachable, left out/));
});

test("permissions that are missing are all named before anything is sent", async () => {
  const missing = ["compute.images.create", "storage.objects.delete"];
  missing.forEach(fleet.gcp.deny);
  const text = await fleet.failingUp();
  missing.forEach(fleet.gcp.allow);
  expect(fleet.gcp.storage.count(begun).requests).toBe(0);
  await transcript("gcp-missing-permissions", messageOf(text, /^ *error: cannot register images/));
});

test("an object that somebody else writes between our look and our upload is not written over", async () => {
  const { outOfBand, site, storage } = fleet.gcp;
  storage.before(begun, () => outOfBand.putObject(site.bucket, objectName(id), Buffer.from("theirs")));
  const text = await fleet.failingUp();
  expect(String(await outOfBand.object(site.bucket, objectName(id)))).toBe("theirs");
  expect(storage.count(puts).requests).toBe(0);
  await outOfBand.deleteObject(site.bucket, objectName(id));
  await transcript("gcp-object-taken", messageOf(text, /^ *error: cannot send/));
});

test("bytes that arrive spoilt twice are deleted, and no image is made of them", async () => {
  const { outOfBand, site, storage, compute } = fleet.gcp;
  const perUpload = Math.ceil(fleet.bytes / (256 * 2 ** 10));
  for (const skip of [0, perUpload]) storage.fault({ ...puts, skip }, { kind: "flip", at: 1000 });
  const text = await fleet.failingUp();
  expect(compute.count(made).requests).toBe(0);
  expect(await outOfBand.objects(site.bucket)).toEqual([]);
  await transcript("gcp-spoilt", messageOf(text, /^ *error: cannot send/).replace(/CRC-32C [\w+/=]+/g, "CRC-32C <digest>").replace(/with \S+$/m, "with <digest>"));
});

test("a token that ends in mid-upload costs nothing, a service that stays busy costs a run, which keeps what had arrived", async () => {
  const { metadata, storage } = fleet.gcp;
  const { given } = metadata;
  storage.after(puts, () => metadata.expire());
  storage.fault({ ...puts, skip: 2, times: 99 }, { kind: "answer", status: 503, headers: { "retry-after": "1" } });
  const text = await fleet.failingUp();
  expect(metadata.given).toBeGreaterThan(given + 1);
  expect(fleet.gcp.partsKept).toBeGreaterThan(0);
  await transcript("gcp-upload-trouble", messageOf(text, /^ *error: cannot send/));
});

test("a session that has ended is begun anew; an image whose reply was lost is found by the next run, whatever is busy meanwhile", async () => {
  const { storage, compute } = fleet.gcp;
  fleet.gcp.expireSessions();
  compute.fault(made, { kind: "drop-reply" });
  await fleet.failingUp();
  expect(storage.count(begun).requests).toBe(1);
  compute.fault({ ...setLabels, times: 2 }, { kind: "answer", status: 429, headers: { "retry-after": "1" } });
  compute.fault({ method: "GET", path: /getIamPolicy/, skip: 2 }, { kind: "drop-reply" });
  await fleet.up();
  await fleet.requireConverged();
});

test("what somebody changed, opened up or deprecated is seen; a permission that is taken away later is named, not asked for twice; then all is put right", async () => {
  const { gcp } = fleet;
  gcp.outOfBand.changeLabel(name, "imagefleet-version", "other");
  gcp.outOfBand.changeLabel(name, "team", "theirs");
  gcp.outOfBand.deprecate(name, "DEPRECATED");
  gcp.outOfBand.addMember(name, "allAuthenticatedUsers");
  const seen = await fleet.drift();
  expect(seen.exitCode, seen.text).toBe(3);
  await transcript("gcp-drift", linesOf(seen.text, /^\[google\/tiny\] .* is incorrect/));
  gcp.deny("compute.images.setLabels");
  const text = await fleet.failingUp();
  gcp.allow("compute.images.setLabels");
  expect(gcp.compute.count(setLabels).requests).toBe(1);
  await transcript("gcp-denied", messageOf(text, /^ *error: cannot set the labels/));
  await fleet.up();
  expect(gcp.outOfBand.image(name).deprecated).toBeUndefined();
  expect(gcp.outOfBand.image(name).labels).toMatchObject({ "imagefleet-version": "2026-1101-1" });
  expect(gcp.outOfBand.image(name).labels).not.toHaveProperty("team");
  expect(gcp.outOfBand.policy(name).bindings).toEqual([{ role: "roles/compute.imageUser", members }]);
});

test("what channels set is neither reported nor undone: labels, the family, and that an image is deprecated in it", async () => {
  const { outOfBand } = fleet.gcp;
  outOfBand.changeLabel(name, "imagefleet-channel-candidate", "2026-1101-1");
  outOfBand.image(name).family = "tiny-stable";
  outOfBand.deprecate(name, "DEPRECATED");
  const seen = await fleet.drift();
  expect(seen.exitCode, seen.text).toBe(0);
  outOfBand.changeLabel(name, "imagefleet-version", "other"); // so that labels are written
  await fleet.up();
  expect(outOfBand.image(name)).toMatchObject({ family: "tiny-stable", deprecated: { state: "DEPRECATED" }, labels: { "imagefleet-channel-candidate": "2026-1101-1", "imagefleet-version": "2026-1101-1" } });
});

test("a name that another stack has taken is refused before anything is declared; what is ours goes without a trace", async () => {
  const image = fleet.gcp.outOfBand.image(name);
  const { description } = image;
  image.description = gcpDescription({ stack: "imagefleet/other", key: "0".repeat(64), sha256: "0".repeat(64) });
  const text = await fleet.failingUp();
  await transcript("gcp-name-taken", configurationFault(text));
  image.description = description!;
  await fleet.requireGone();
});
