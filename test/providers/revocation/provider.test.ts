import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { provider } from "#providers/revocation/provider";
import { makeProject, type Project } from "../local-catalog/fixture.ts";

let project: Project;
beforeEach(async () => {
  project = await makeProject();
  vi.spyOn(console, "log").mockImplementation(() => {});
});
afterEach(async () => {
  vi.restoreAllMocks();
  await project.remove();
});

const revoked = { image: "debian-12", version: "2026.1101.1", reason: "it leaks", stack: "imagefleet/dev" };
const document = () => project.store.document<{ stack: string; reason: string; since: string; sha256: string }>("revocations/debian-12@2026.1101.1");

test("the store says why, since when and of which disk, until it is deleted", async () => {
  await project.add(revoked);
  const { id, outs } = await provider.create(revoked);
  expect(id).toBe("revocation/debian-12@2026.1101.1");
  const { disk } = (await project.store.record(revoked, "build"))!;
  expect(await document()).toMatchObject({ ...revoked, sha256: disk.sha256, since: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) });
  expect((await provider.read(id, outs!)).id).toBe(id);
  await provider.delete(id, outs!);
  expect(await document()).toBeUndefined();
  expect((await provider.read(id, outs!)).id).toBe("");
});

test("made again after a kill, it is as old as it was; another reason is another word", async () => {
  await project.add(revoked);
  await provider.create(revoked);
  const { since } = (await document())!;
  await provider.create({ ...revoked, reason: "it leaks more" });
  expect(await document()).toMatchObject({ since, reason: "it leaks more" });
  expect((await provider.diff("", revoked, { ...revoked, reason: "it leaks more" })).replaces).toEqual(["reason"]);
  expect(await provider.diff("", revoked, revoked)).toMatchObject({ changes: false });
});

test("what another stack has said first stays its own", async () => {
  await project.add(revoked);
  await provider.create(revoked);
  const { outs } = await provider.create({ ...revoked, stack: "imagefleet/prod", reason: "us, too" });
  expect(await document()).toMatchObject(revoked);
  await provider.delete("", outs!);
  expect(await document()).toMatchObject(revoked);
});
