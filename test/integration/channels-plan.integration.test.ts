import { afterAll, beforeAll, expect, test } from "vitest";
import type { PublicationDocument } from "#model/publication";
import { createKeyFile } from "#providers/seal/create-key-file";
import { storeRealRelease } from "../store/real-release.ts";
import { Project } from "./project.ts";

let project: Project;
const version = (serial: number) => `2026.1101.${serial}`;

/** A stack that never builds, with one image on two sites. */
function fleet(stable: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    build: "never",
    images: { tiny: { os: "tiny/tiny-x86_64", epoch: "2026-11-01", sites: ["all"], retain: 1 } },
    sites: { desk: { kind: "local", path: "desk" }, laptop: { kind: "local", path: "site" } },
    channels: { candidate: { tiny: "latest" }, stable: { tiny: stable } },
    ...more,
  };
}

async function stock(...serials: readonly number[]): Promise<void> {
  const before = process.env["IMAGEFLEET_SIGNING_KEY_FILE"];
  process.env["IMAGEFLEET_SIGNING_KEY_FILE"] = project.path(".imagefleet/signing-key.asc");
  try {
    for (const serial of serials) await storeRealRelease(project.store, { image: "tiny", version: version(serial) }, ["qcow2"]);
  } finally {
    if (before === undefined) delete process.env["IMAGEFLEET_SIGNING_KEY_FILE"];
    else process.env["IMAGEFLEET_SIGNING_KEY_FILE"] = before;
  }
}

/** Versions that the catalogs and the stack's holds have, each in order. */
async function registered(): Promise<string[][]> {
  const holds = (await project.store.holds("tiny")).map((hold) => hold.version).sort();
  const { text } = await project.pulumi("stack", "export");
  const { deployment } = JSON.parse(text) as { deployment: { resources: { urn: string }[] } };
  const versions = (site: string) => deployment.resources.flatMap(({ urn }) => new RegExp(`::${site}/tiny@([^/]+)/qcow2$`).exec(urn)?.[1] ?? []).sort();
  return [holds, versions("desk"), versions("laptop")];
}

beforeAll(async () => {
  project = await Project.create(fleet(version(1)));
  await createKeyFile(project.path(".imagefleet/signing-key.asc"));
});
afterAll(() => project.remove());

test("a pinned release stays beyond retain; what is given up is said beforehand, with the reason, and leaves its sites", async () => {
  await stock(1, 2);
  expect((await project.up()).text).toContain("candidate will point at 2026.1101.2 (latest)");
  for (const serial of [3, 4]) {
    await stock(serial);
    const { exitCode, text } = await project.up();
    expect(exitCode, text).toBe(0);
    if (serial < 4) continue;
    expect(text).toContain("candidate moves from 2026.1101.3 to 2026.1101.4 (latest)");
  }
  const kept = [version(1), version(2), version(3), version(4)];
  // 1 is pinned, 2 is what candidate pointed at before 3, 3 is the one before the current.
  expect(await registered()).toEqual([kept, kept, kept]);

  const preview = await project.pulumi("preview");
  expect(preview.text).toContain("candidate stays at 2026.1101.4 (latest)");
  expect(preview.text).toContain("stable stays at 2026.1101.1");
  expect(preview.text).toContain(`will remove ${version(2)} from its sites: 1 newer one is kept besides the current one (retain: 1); no channel points at it`);
  expect((await project.up()).exitCode).toBe(0);
  const left = [version(1), version(3), version(4)];
  expect(await registered()).toEqual([left, left, left]);
  expect(await project.store.record({ image: "tiny", version: version(2) }, "build")).toBeDefined();
  expect(await project.store.documents("publications/imagefleet/test")).toEqual(left.map((one) => `publications/imagefleet/test/tiny@${one}`));
}, 240_000);

test("a release says when each site had it; a promise that was broken fails drift", async () => {
  const document = await project.store.document<PublicationDocument>(`publications/imagefleet/test/tiny@${version(4)}`);
  expect(Object.keys(document!.sites)).toEqual(["desk", "laptop"]);
  // Built on 1 November, as its record says: nobody has it within an hour.
  await project.configure(fleet(version(1), { defaults: { images: { distributeWithin: "1h" } } }));
  expect((await project.up()).exitCode).toBe(0);
  const drift = await project.run("drift");
  expect([drift.exitCode, String(drift.all)]).toEqual([expect.any(Number), expect.stringMatching(/desk had it \d+(\.\d+)? hours after its build/)]);
  expect(drift.exitCode).not.toBe(0);
}, 240_000);

test("a channel of a release that there is not is a fault, before anything is touched", async () => {
  await project.configure(fleet(version(9)));
  const { exitCode, text } = await project.up();
  expect(exitCode).not.toBe(0);
  expect(text).toContain("imagefleet:channels.stable.tiny");
  expect(text).toMatch(/the store \S+ has no release 2026\.1101\.9 of tiny/);
}, 120_000);

test("a revoked release is one that no channel points at, though it stays", async () => {
  await project.configure(fleet("candidate", { revoked: { tiny: { [version(4)]: "CVE-2026-0001" } } }));
  const { text } = await project.pulumi("preview");
  expect(text).toContain(`stable moves from ${version(1)} to ${version(3)} (candidate, latest), since ${version(4)} is revoked: CVE-2026-0001`);
  expect(text).not.toContain(`will remove ${version(4)}`);
}, 120_000);
