import { readdir, readFile, readlink, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { writeJournal } from "#providers/channel-flip/journal";
import { flipSites } from "#providers/channel-flip/targets";
import { look } from "#providers/channel-flip/look";
import { withdraw } from "#providers/channel-flip/withdraw";
import { Progress } from "#providers/shared/progress";
import { configOf, image, makeFleet, newer, older, type Fleet } from "./fixture.ts";

let fleet: Fleet;
beforeAll(async () => void (fleet = await makeFleet()), 60_000);
beforeEach(async () => {
  vi.spyOn(process, "cwd").mockReturnValue(fleet.dir);
  vi.spyOn(console, "log").mockReturnValue();
  await fleet.reset();
});
afterEach(() => vi.restoreAllMocks());
afterAll(() => fleet.remove());

const document = () => fleet.store.document<object>(`channels/stable/${image}`);

test("a channel is moved on all sites, and the store says so", async () => {
  const first = await fleet.flip(fleet.inputs(older));
  expect(await fleet.pointed()).toEqual([older, older, older]);
  await fleet.flip(fleet.inputs(newer), first);
  expect(await fleet.pointed()).toEqual([newer, newer, newer]);
  const { sha256 } = fleet.inputs(newer);
  expect(await document()).toEqual({ schemaVersion: 1, channel: "stable", image, version: newer, sha256, stack: "images/test", since: expect.stringMatching(/^20.*Z$/), former: older });
  expect(await readdir(join(fleet.dir, ".imagefleet", "flips"))).toEqual([]);
});

test("nothing moves while a required site lacks the release, and it is named", async () => {
  const first = await fleet.flip(fleet.inputs(older));
  await rm(join(fleet.dir, "b", image, newer), { recursive: true });
  await expect(fleet.flip(fleet.inputs(newer), first)).rejects.toThrow(/cannot move stable of debian-12 to 2026.1101.2 \(wave 1\): b: qcow2 is missing; nothing was moved\n  what to do: run `npm run up`/);
  expect(await fleet.pointed()).toEqual([older, older, older]);
  expect(await document()).toMatchObject({ version: older });
});

test("a best-effort site that lacks the release is named and left, and moved when it has it", async () => {
  const lost = join(fleet.dir, "b", image, newer);
  await rename(lost, join(fleet.dir, "away"));
  const behind = await fleet.flip(fleet.inputs(newer, { bestEffort: ["b"] }));
  expect(behind.lagging).toEqual([expect.stringMatching(/^b: qcow2 is missing/)]);
  expect(await fleet.pointed()).toEqual([newer, undefined, newer]);
  await rename(join(fleet.dir, "away"), lost);
  expect((await fleet.flip(fleet.inputs(newer, { bestEffort: ["b"] }), behind)).lagging).toEqual([]);
  expect(await fleet.pointed()).toEqual([newer, newer, newer]);
});

test("a site that cannot be moved takes the others back to where they pointed", async () => {
  const first = await fleet.flip(fleet.inputs(older));
  const [a, b] = await flipSites(fleet.config, fleet.inputs(newer), ["a", "b"]);
  const { move } = b!.pointers;
  vi.spyOn(b!.pointers, "move").mockImplementation(async (target, to) => {
    if (target.site.name === "b" && to === newer) throw new Error("the disk is full");
    await move.call(a!.pointers, target, to);
  });
  const refused = expect(fleet.flip(fleet.inputs(newer), first)).rejects;
  await refused.toThrow(/b: the disk is full; a points at 2026.1101.1 again; b points at 2026.1101.1 again; c points at 2026.1101.1 again/);
  expect(await fleet.pointed()).toEqual([older, older, older]);
  expect(await document()).toMatchObject({ version: older });
});

test("what a dead run had moved is taken back to where it pointed before that run", async () => {
  const first = await fleet.flip(fleet.inputs(older));
  // moved on a, killed before b
  const [a] = await flipSites(fleet.config, fleet.inputs(newer), ["a"]);
  await a!.pointers.move(a!.target, newer);
  await rm(join(fleet.dir, "c", image, "channels.json"));
  const { move } = a!.pointers;
  vi.spyOn(a!.pointers, "move").mockImplementation(async (target, to) => {
    if (target.site.name === "b" && to === newer) throw new Error("no");
    await move.call(a!.pointers, target, to);
  });
  await expect(fleet.flip(fleet.inputs(newer), first)).rejects.toThrow("a points at 2026.1101.1 again");
  expect((await fleet.pointed()).slice(0, 2)).toEqual([older, older]);
});

test("a move that died before it changed anything is found, and ended by a run to where the channel points", async () => {
  const first = await fleet.flip(fleet.inputs(older));
  const state = () => look(fleet.config, fleet.store, fleet.inputs(older));
  await writeJournal(fleet.inputs(newer), { a: older, b: older, c: older });
  expect(await state()).toBe(`incorrect: this machine began a move to ${newer} and did not end it`);
  await fleet.flip(fleet.inputs(older), first);
  expect(await state()).toBe("correct");
  expect(await fleet.pointed()).toEqual([older, older, older]);
});

test("a channel that another stack moves is refused, with both names", async () => {
  await fleet.flip(fleet.inputs(older));
  await expect(fleet.flip(fleet.inputs(newer, { stack: "images/other" }))).rejects.toThrow(/belongs to the stack images\/test, which points it at 2026.1101.1; this is images\/other/);
  expect(await fleet.pointed()).toEqual([older, older, older]);
});

test("a second wave waits, and moves only while the first one stands", async () => {
  const config = configOf(fleet.dir, { waves: [{ sites: ["a"], pause: "1s" }, { sites: ["all"] }] });
  const one = await fleet.flip(fleet.inputs(newer, { sites: ["a"], last: false }), undefined, config);
  expect(await document()).toBeUndefined();
  const second = fleet.inputs(newer, { wave: 2, sites: ["b", "c"], pause: 1, after: one.since });
  await rm(join(fleet.dir, "a", image, newer), { recursive: true });
  await expect(fleet.flip(second, undefined, config)).rejects.toThrow(/wave 1 does not stand: a: qcow2 is missing; nothing of this wave was moved/);
  expect(Date.now() - Date.parse(one.since)).toBeGreaterThanOrEqual(1000);
  expect(await fleet.pointed()).toEqual([newer, undefined, undefined]);
});

test("a look tells what points elsewhere, and where the channel is gone", async () => {
  const inputs = fleet.inputs(newer);
  await fleet.flip(inputs);
  const state = () => look(fleet.config, fleet.store, inputs);
  expect(await state()).toBe("correct");
  const link = join(fleet.dir, "b", image, "channels", "stable");
  expect(await readlink(link)).toBe(`../${newer}`);
  await rm(link);
  expect(await state()).toBe("incorrect: b points at debian-12/channels.json: 2026.1101.2, debian-12/channels/stable: nothing");
  const [b] = await flipSites(fleet.config, inputs, ["b"]);
  await b!.pointers.move(b!.target, older);
  expect(await state()).toBe("incorrect: b points at 2026.1101.1");
  await fleet.flip(inputs, { ...inputs, since: "2026-11-01T00:00:00Z", lagging: [], state: "incorrect" });
  expect(await state()).toBe("correct");
});

test("a channel that is taken out of the configuration points nowhere, and the store forgets it", async () => {
  const inputs = fleet.inputs(newer);
  await fleet.flip(inputs);
  await withdraw({ ...fleet.config, channels: {} }, fleet.store, inputs, new Progress("stable"));
  expect(await fleet.pointed()).toEqual([undefined, undefined, undefined]);
  expect(await document()).toBeUndefined();
  expect(await readdir(join(fleet.dir, "a", image))).not.toContain("channels");
});

test("a wave that is drawn anew leaves the sites to the others", async () => {
  const inputs = fleet.inputs(newer);
  await fleet.flip(inputs);
  await withdraw(fleet.config, fleet.store, { ...inputs, wave: 2 }, new Progress("stable"));
  expect(await fleet.pointed()).toEqual([newer, newer, newer]);
});

test("a damaged record of channels is written anew", async () => {
  const inputs = fleet.inputs(newer);
  await fleet.flip(inputs);
  await writeFile(join(fleet.dir, "a", image, "channels.json"), "{");
  expect(await look(fleet.config, fleet.store, inputs)).toMatch(/^incorrect: a points at debian-12\/channels.json: nothing/);
  await fleet.flip(inputs);
  expect(JSON.parse(await readFile(join(fleet.dir, "a", image, "channels.json"), "utf8"))).toEqual({ schemaVersion: 1, channels: { stable: newer } });
});
