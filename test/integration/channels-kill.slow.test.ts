import { existsSync, readdirSync } from "node:fs";
import { mkdtemp, readFile, readlink, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { gcpImageName } from "#model/gcp-image";
import { createKeyFile } from "#providers/seal/create-key-file";
import { installStandInPlugins } from "../plugins/install.ts";
import { startGcp, type Gcp } from "../servers/gcp/start-gcp.ts";
import { storeRealRelease } from "../store/real-release.ts";
import { killTree } from "./kill-tree.ts";
import { Project } from "./project.ts";

/** A channel moves to and fro on a directory and in a project of Google Cloud, by the real engine, and each move is killed on the way. */
const image = "tiny";
const versions = ["2026.1101.1", "2026.1101.2"] as const;
const preload = pathToFileURL(join(import.meta.dirname, "kill-after-change.ts")).href;

interface Lane {
  readonly gcp: Gcp;
  readonly project: Project;
}

let dir: string;
const lanes: Lane[] = [];
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "imagefleet-channels-kill-"));
  const key = join(dir, "signing-key.asc");
  await createKeyFile(key);
  vi.stubEnv("IMAGEFLEET_SIGNING_KEY_FILE", key);
  for (let lane = 0; lane < 2; lane++) lanes.push(await makeLane(key));
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await Promise.all(lanes.flatMap(({ gcp, project }) => [gcp.stop(), project.remove()]));
  await rm(dir, { recursive: true, force: true });
});

async function makeLane(key: string): Promise<Lane> {
  const gcp = await startGcp({ log: () => {} });
  const project = await Project.create({});
  Object.assign(project.env, { IMAGEFLEET_SIGNING_KEY_FILE: key, ...gcp.env });
  await installStandInPlugins(project.env["PULUMI_HOME"]!, ["gcp"]);
  for (const version of versions) await storeRealRelease(project.store, { image, version }, ["qcow2", "gce"]);
  return { gcp, project };
}

async function configure({ gcp, project }: Lane, stable: string): Promise<void> {
  await project.configure({
    build: "never",
    images: { [image]: { os: "tiny/tiny-x86_64", epoch: "2026-11-01", sites: ["all"] } },
    sites: { shelf: { kind: "local", path: "shelf" }, google: { kind: "gcp", ...gcp.site, nativeChannel: "stable" } },
    channels: { stable: { [image]: stable } },
  });
}

/** All that says where the channel points says the same, and nothing is left of how it came there. */
async function requireWhole({ gcp, project }: Lane, version: string, what: string): Promise<void> {
  expect(await readlink(project.path("shelf", image, "channels/stable")), what).toBe(`../${version}`);
  expect(JSON.parse(await project.read("shelf", image, "channels.json")), what).toMatchObject({ channels: { stable: version } });
  expect(await readFile(project.path("shelf/streams/v1/images.json"), "utf8"), what).toContain(`${image}/stable`);
  const inFamily = gcp.outOfBand.images.filter(({ family, deprecated }) => family === `${image}-stable` && !deprecated).map(({ name }) => name);
  expect(inFamily, what).toEqual([gcpImageName({ image, version })]);
  expect(await project.store.document(`channels/stable/${image}`), what).toMatchObject({ version });
  expect(journals(project), what).toEqual([]);
}

function journals(project: Project): string[] {
  const flips = project.path(".imagefleet/flips");
  return existsSync(flips) ? readdirSync(flips) : [];
}

/** The providers' process dies by itself. @returns whether it came to that */
async function killAtChange({ project }: Lane, killAfter: number): Promise<boolean> {
  const marker = join(dir, `killed-${killAfter}`);
  const places = [".imagefleet/flips", "shelf", ".imagefleet/store/channels"].map((place) => `${project.path(place)}/`);
  const { exitCode, all } = await project.run("up", [], { env: { ...project.env, NODE_OPTIONS: `--import=${preload}`, IMAGEFLEET_TEST_KILL: JSON.stringify({ killAfter, places, marker }) } });
  const killed = existsSync(marker);
  expect(exitCode === 0, String(all)).toBe(!killed);
  // a dead holder's lock is waited for until it is stale: ten seconds that the test need not wait each time
  await rm(project.path("shelf/.lock"), { recursive: true, force: true });
  return killed;
}

/** Google has done what it was asked and nobody hears of it: all of the run is dead before the answer is sent. @returns whether it came to that */
async function killAtCall({ gcp, project }: Lane, killAfter: number): Promise<boolean> {
  const run = project.run("up");
  let calls = 0;
  gcp.compute.after({ path: /./, times: Infinity }, async () => {
    if (journals(project).length > 0 && ++calls === killAfter) await killTree(run.pid!);
  });
  const { exitCode, all } = await run;
  gcp.compute.heal();
  if (calls < killAfter) expect(exitCode, String(all)).toBe(0);
  return calls >= killAfter;
}

/** After each other kill the release is given up. @returns how often the channel's move was killed */
async function killEverywhere(lane: Lane, kill: (lane: Lane, n: number) => Promise<boolean>): Promise<number> {
  let at: string = versions[0];
  await configure(lane, at);
  await up(lane, "at first");
  for (let n = 1; ; n++) {
    const what = `${kill.name} ${n}`;
    const to = versions.find((version) => version !== at)!;
    await configure(lane, to);
    if (!(await kill(lane, n))) {
      await requireWhole(lane, to, what);
      return n - 1;
    }
    if (n % 2 === 1) at = to;
    await configure(lane, at);
    await up(lane, what);
    await requireWhole(lane, at, what);
    console.log(`${what}: whole again`);
  }
}

async function up({ project }: Lane, what: string): Promise<void> {
  const { exitCode, text } = await project.up();
  expect(exitCode, `${what}:\n${text}`).toBe(0);
}

test("whichever change or call a promotion is killed at, the next run ends it everywhere, or takes it back where it is given up", async () => {
  const [changes, calls] = await Promise.all([killEverywhere(lanes[0]!, killAtChange), killEverywhere(lanes[1]!, killAtCall)]);
  expect(changes).toBeGreaterThan(5);
  expect(calls).toBeGreaterThan(3);
});
