import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { provider } from "#providers/hold/provider";
import { UNKNOWN } from "#providers/shared/unknown";
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

const hold = { image: "debian-12", version: "2026.1101.1", project: "imagefleet", stack: "dev" };

test("holds a release in the store until it is deleted", async () => {
  await project.add(hold);
  const { id, outs } = await provider.create(hold);
  expect(id).toBe("hold/imagefleet/dev/debian-12@2026.1101.1");
  expect(await project.store.holds("debian-12")).toEqual([expect.objectContaining(hold)]);
  await expect(project.store.remove(hold, "test")).rejects.toThrow(/held/);
  expect((await provider.read(id, outs!)).id).toBe(id);
  await provider.delete(id, outs!);
  expect(await project.store.holds("debian-12")).toEqual([]);
  expect((await provider.read(id, outs!)).id).toBe("");
});

test("creating and deleting twice is fine", async () => {
  await project.add(hold);
  await provider.create(hold);
  const { id, outs } = await provider.create(hold);
  await provider.delete(id, outs!);
  await expect(provider.delete(id, outs!)).resolves.toBeUndefined();
});

test("another stack's hold is not taken for this one", async () => {
  await project.add(hold);
  const { id, outs } = await provider.create({ ...hold, stack: "prod" });
  await project.store.release({ ...hold, stack: "prod" });
  await provider.create(hold);
  expect((await provider.read(id, outs!)).id).toBe("");
});

test("every input is part of its identity", async () => {
  expect(await provider.diff("id", hold, hold)).toEqual({ changes: false, replaces: [] });
  for (const name of Object.keys(hold)) {
    expect(await provider.diff("id", hold, { ...hold, [name]: "other" })).toEqual({ changes: true, replaces: [name] });
    expect(await provider.diff("id", hold, { ...hold, [name]: UNKNOWN })).toEqual({ changes: true, replaces: [name] });
  }
});
