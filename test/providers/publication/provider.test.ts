import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { provider } from "#providers/publication/provider";
import { makeProject, type Project } from "../local-catalog/fixture.ts";

let project: Project;
let said: string[] = [];
const id = { image: "debian-12", version: "2026.1101.1" };
const seenAt = (finishedAt: string, hours: number) => Date.parse(finishedAt) / 1000 + hours * 3600;

beforeEach(async () => {
  project = await makeProject();
  said = [];
  vi.spyOn(console, "log").mockImplementation((line: string) => void said.push(line));
});
afterEach(async () => {
  vi.restoreAllMocks();
  vi.useRealTimers();
  await project.remove();
});

const document = () => project.store.document<{ registeredAt?: string; sites: object }>("publications/imagefleet/dev/debian-12@2026.1101.1");

async function inputs(hours: Record<string, number>, more: object = {}) {
  await project.add(id);
  const { finishedAt } = (await project.store.record(id, "build"))!;
  const seen = Object.fromEntries(Object.entries(hours).map(([site, count]) => [site, seenAt(finishedAt, count)]));
  return { ...id, project: "imagefleet", stack: "dev", sites: Object.keys(hours), away: [] as string[], seen, ...more };
}

describe("a publication", () => {
  test("records once when each site had the release, and how long after its build", async () => {
    const first = await inputs({ desk: 1.5, laptop: 2.25 });
    const { id: name, outs } = await provider.create(first);
    expect(outs).toMatchObject({ hours: { desk: 1.5, laptop: 2.25 }, pending: [], state: "correct" });
    const before = await document();
    expect(before?.registeredAt).toBe((before?.sites as Record<string, { verifiedAt: string }>)["laptop"]?.verifiedAt);
    expect(said).toEqual(["[debian-12] 2026.1101.1 is on all its sites, 2.25 hours after its build"]);
    const { outs: again } = await provider.create({ ...first, seen: { desk: 4e9, laptop: 4e9 } });
    expect([again, await document()]).toEqual([outs, before]);
    expect(await provider.read(name, outs!)).toEqual({ id: name, props: outs });
  });

  test("waits for a site that could not be asked, and ends when the release leaves", async () => {
    const { outs } = await provider.create(await inputs({ desk: 1, laptop: 1 }, { away: ["laptop"] }));
    expect(outs).toMatchObject({ hours: { desk: 1 }, pending: ["laptop"] });
    expect(await document()).not.toHaveProperty("registeredAt");
    const { outs: later } = await provider.update("", outs!, await inputs({ desk: 9, laptop: 3 }));
    expect(later).toMatchObject({ hours: { desk: 1, laptop: 3 }, pending: [] });
    expect(await document()).toHaveProperty("registeredAt");
    await provider.delete("", later!);
    expect(await document()).toBeUndefined();
    expect((await provider.read("x", later!)).id).toBe("");
  });

  test("that is late is incorrect, and stays so", async () => {
    const { outs } = await provider.create(await inputs({ desk: 1, laptop: 30 }, { distributeWithin: 24 }));
    expect(outs?.state).toBe("incorrect: laptop had it 30 hours after its build (distributeWithin: 24h)");
    expect((await provider.read("x", outs!)).props).toEqual(outs);
    expect((await provider.update("", outs!, await inputs({ desk: 1, laptop: 30 }, { distributeWithin: 48 }))).outs?.state).toBe("correct");
  });

  test("promises nothing to a site that comes later, and is late while one still lacks it", async () => {
    const { outs } = await provider.create(await inputs({ desk: 1 }, { distributeWithin: 24 }));
    expect((await provider.update("", outs!, await inputs({ desk: 1, laptop: 500 }, { distributeWithin: 24 }))).outs).toMatchObject({ hours: { laptop: 500 }, state: "correct" });
    await provider.delete("", outs!);
    const waiting = await provider.create(await inputs({ desk: 1, laptop: 1 }, { distributeWithin: 24, away: ["laptop"] }));
    const { finishedAt } = (await project.store.record(id, "build"))!;
    vi.useFakeTimers({ now: Date.parse(finishedAt) + 26 * 3600 * 1000, toFake: ["Date"] });
    expect((await provider.read("x", waiting.outs!)).props?.state).toBe("incorrect: laptop does not have it 26 hours after its build (distributeWithin: 24h)");
  });

  test("changes when a site comes, goes or has it at last, and not because it is seen again", async () => {
    const news = await inputs({ desk: 1, laptop: 1 });
    const { outs } = await provider.create({ ...news, away: ["laptop"] });
    const changes = async (now: object) => (await provider.diff("", outs!, { ...news, away: ["laptop"], ...now })).changes;
    expect(await Promise.all([changes({}), changes({ seen: {} }), changes({ away: [] }), changes({ sites: ["desk"] }), changes({ distributeWithin: 1 })])).toEqual([false, false, true, true, true]);
    expect(await provider.diff("", outs!, { ...news, stack: "prod" })).toEqual({ changes: true, replaces: ["stack"] });
  });

  test("keeps its state while the store cannot be read", async () => {
    const { outs } = await provider.create(await inputs({ desk: 1 }));
    await writeFile(join(project.store.location, "publications/imagefleet/dev/debian-12@2026.1101.1.json"), "half of it");
    const { id: kept, props } = await provider.read("x", outs!);
    expect([kept, props?.state]).toEqual(["x", expect.stringMatching(/^unreachable: /)]);
  });
});
