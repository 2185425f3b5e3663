import { existsSync } from "node:fs";
import { mkdtemp, readlink, rm, rename, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { createKeyFile } from "#providers/seal/create-key-file";
import { storeRealRelease } from "../store/real-release.ts";
import { Project } from "./project.ts";

/** Promotions on three catalogs by the real engine: steps of one story, in this order. */
const image = "tiny";
const first = "2026.1101.1";
const second = "2026.1101.2";
const sites = ["a", "b", "c"] as const;

let dir: string;
let project: Project;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "imagefleet-channels-"));
  const key = join(dir, "signing-key.asc");
  await createKeyFile(key);
  vi.stubEnv("IMAGEFLEET_SIGNING_KEY_FILE", key);
  project = await Project.create(fleet({ candidate: "latest", stable: first }));
  project.env["IMAGEFLEET_SIGNING_KEY_FILE"] = key;
  await storeRealRelease(project.store, { image, version: first }, ["qcow2"]);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await project?.remove();
  await rm(dir, { recursive: true, force: true });
});

function fleet(channels: Record<string, string>, more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    build: "never",
    images: { [image]: { os: "tiny/tiny-x86_64", epoch: "2026-11-01", sites: [...sites] } },
    sites: Object.fromEntries(sites.map((name) => [name, { kind: "local", path: `sites/${name}` }])),
    channels: Object.fromEntries(Object.entries(channels).map(([channel, target]) => [channel, { [image]: target }])),
    promotion: { stable: { waves: [{ sites: ["a"], pause: "1s" }, { sites: ["all"] }], bestEffort: ["c"] } },
    ...more,
  };
}

function pointed(channel: string): Promise<(string | undefined)[]> {
  return Promise.all(sites.map((site) => readlink(project.path("sites", site, image, "channels", channel)).then((to) => to.replace("../", ""), () => undefined)));
}

const saidOf = (channel: string) => project.store.document<{ version: string; former?: string; stack: string }>(`channels/${channel}/${image}`);

test("an up moves each channel in its waves, and a preview afterwards has nothing to do", async () => {
  const up = await project.up();
  expect(up.exitCode, up.text).toBe(0);
  expect([await pointed("candidate"), await pointed("stable")]).toEqual([[first, first, first], [first, first, first]]);
  expect(await saidOf("stable")).toMatchObject({ version: first, stack: "imagefleet/test" });
  const preview = await project.run("preview", ["--expect-no-changes"]);
  expect(preview.exitCode, String(preview.all)).toBe(0);
});

test("a new release becomes the candidate; stable waits for its change of configuration and for its approval", async () => {
  await storeRealRelease(project.store, { image, version: second }, ["qcow2"]);
  const key = join(dir, "signing-key.pub.asc");
  const approval = { approvals: { keys: [key] }, promotion: { stable: { waves: [{ sites: ["a"] }, { sites: ["all"] }], bestEffort: ["c"], approval: true } } };
  await project.configure(fleet({ candidate: "latest", stable: "candidate" }, approval));
  const refused = await project.up();
  expect(refused.exitCode, refused.text).not.toBe(0);
  expect(refused.text).toMatch(/there is no approval approvals\/stable\/tiny@2026.1101.2.asc; nothing was moved/);
  expect([await pointed("candidate"), await pointed("stable")]).toEqual([[second, second, second], [first, first, first]]);
  const approve = await project.run("approve", ["stable", image, "--stack", "test"]);
  expect(approve.exitCode, String(approve.all)).toBe(0);
  const up = await project.up();
  expect(up.exitCode, up.text).toBe(0);
  expect(await pointed("stable")).toEqual([second, second, second]);
  expect(await saidOf("stable")).toMatchObject({ version: second, former: first });
});

test("a pointer that somebody moved is found, and moved back by the next up", async () => {
  const link = project.path("sites", "b", image, "channels", "stable");
  await rm(link);
  const preview = await project.run("preview", ["--expect-no-changes"]);
  expect(preview.exitCode).not.toBe(0);
  expect(String(preview.all)).toMatch(/stable\/tiny\] 2026.1101.2, wave 2, is incorrect: b points at/);
  expect((await project.up()).exitCode).toBe(0);
  expect(await pointed("stable")).toEqual([second, second, second]);
});

test("a required site that cannot be reached holds its wave back and is named; the next up goes on", async () => {
  await project.configure(fleet({ candidate: "latest", stable: first }));
  await rename(project.path("sites/b"), project.path("away"));
  await writeFile(project.path("sites/b"), "no directory");
  const waiting = await project.up();
  expect(waiting.exitCode, waiting.text).not.toBe(0);
  expect(waiting.text).toMatch(/moving stable of tiny to 2026.1101.1 waits in wave 2: b cannot be reached/);
  expect(await saidOf("stable")).toMatchObject({ version: second });
  expect((await pointed("stable"))[0]).toBe(first);
  await rm(project.path("sites/b"));
  await rename(project.path("away"), project.path("sites/b"));
  const up = await project.up();
  expect(up.exitCode, up.text).toBe(0);
  expect(await pointed("stable")).toEqual([first, first, first]);
});

test("a revoked release leaves every site although its channel cannot leave it; the next up ends whole", async () => {
  const revoked = { revoked: { [image]: { [second]: "its resolver runs what it is sent" } } };
  const offered = () => sites.map((site) => existsSync(project.path("sites", site, image, second)));
  await project.configure(fleet({ candidate: "latest", stable: first }, { ...revoked, approvals: { keys: [join(dir, "signing-key.pub.asc")] }, promotion: { candidate: { approval: true } } }));
  const failed = await project.up();
  expect(failed.exitCode, failed.text).not.toBe(0);
  expect(failed.text).toContain(`there is no approval approvals/candidate/${image}@${first}.asc`);
  expect(await saidOf("candidate")).toMatchObject({ version: second });
  expect(offered(), failed.text).toEqual([false, false, false]);
  // whoever leaves a revoked release does not keep the pause between waves
  await project.configure(fleet({ candidate: "latest", stable: first }, { ...revoked, promotion: { candidate: { waves: [{ sites: ["a"], pause: "1h" }, { sites: ["all"] }] } } }));
  const up = await project.up();
  expect(up.exitCode, up.text).toBe(0);
  expect([await pointed("candidate"), offered()]).toEqual([[first, first, first], [false, false, false]]);
});

test("a channel that is taken out of the configuration is gone everywhere", async () => {
  await project.configure(fleet({ candidate: "latest" }, { promotion: {} }));
  const up = await project.up();
  expect(up.exitCode, up.text).toBe(0);
  expect([await pointed("candidate"), await pointed("stable")]).toEqual([[second, second, second], [undefined, undefined, undefined]]);
  expect(await saidOf("stable")).toBeUndefined();
});
