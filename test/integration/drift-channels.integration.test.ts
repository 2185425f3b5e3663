import { mkdtemp, readlink, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { gcpImageName } from "#model/gcp-image";
import { createKeyFile } from "#providers/seal/create-key-file";
import { installStandInPlugins } from "../plugins/install.ts";
import { startGcp, type Gcp } from "../servers/gcp/start-gcp.ts";
import { storeRealRelease } from "../store/real-release.ts";
import { Project } from "./project.ts";

/** Two directories and a project of Google Cloud, with channels and a release that is revoked: steps of one story, in this order. */
const image = "tiny";
const [first, second] = ["2026.1101.1", "2026.1101.2"] as const;
const wave = `channel/stable/${image}/wave-1`;

let dir: string;
let project: Project;
let gcp: Gcp;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "imagefleet-drift-channels-"));
  const key = join(dir, "signing-key.asc");
  await createKeyFile(key);
  vi.stubEnv("IMAGEFLEET_SIGNING_KEY_FILE", key);
  gcp = await startGcp({ log: () => {} });
  project = await Project.create(fleet());
  Object.assign(project.env, gcp.env, { IMAGEFLEET_SIGNING_KEY_FILE: key });
  await installStandInPlugins(project.env["PULUMI_HOME"]!, ["gcp"]);
  for (const version of [first, second]) await storeRealRelease(project.store, { image, version }, ["qcow2", "gce"]);
  const up = await project.up();
  expect(up.exitCode, up.text).toBe(0);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await Promise.all([gcp?.stop(), project?.remove()]);
  await rm(dir, { recursive: true, force: true });
});

function fleet(more: Record<string, unknown> = {}, channels: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    build: "never",
    images: { [image]: { os: "tiny/tiny-x86_64", epoch: "2026-11-01", sites: ["all"] } },
    sites: { shelf: { kind: "local", path: "sites/shelf" }, desk: { kind: "local", path: "sites/desk" }, google: { kind: "gcp", ...gcp.site } },
    channels: { stable: { [image]: first }, candidate: { [image]: "latest" }, ...channels },
    ...more,
  };
}

const revocation = { revoked: { [image]: { [second]: "its resolver runs what it is sent" } } };

async function drift(...args: string[]): Promise<{ exitCode: number | undefined; text: string }> {
  const { exitCode, all } = await project.run("drift", args);
  return { exitCode, text: String(all) };
}

const link = (site: string) => project.path("sites", site, image, "channels/stable");
const onGoogle = () => gcp.outOfBand.image(gcpImageName({ image, version: second }));

test("a pointer that was moved by hand is told by its site, and repaired alone: what else the configuration wants is not carried out", async () => {
  await rm(link("desk"));
  await symlink(`../${second}`, link("desk"));
  await project.configure(fleet(revocation));
  const found = await drift("--only", image);
  expect(found.exitCode, found.text).toBe(3);
  expect(found.text).toMatch(/stable +│ tiny +│ 2026\.1101\.1 │ incorrect +│ correct +│ correct +│ correct/);
  expect(found.text).toMatch(new RegExp(`^${wave} on desk: incorrect: points at .*2026\\.1101\\.2, not 2026\\.1101\\.1$`, "m"));
  const repaired = await drift("--repair");
  expect(repaired.exitCode, repaired.text).toBe(0);
  expect(repaired.text).toContain(`repaired: ${wave} on desk`);
  expect([await readlink(link("desk")), await readlink(link("shelf"))]).toEqual([`../${first}`, `../${first}`]);
  expect(onGoogle().deprecated).toBeUndefined();
  expect(await project.store.document(`revocations/${image}@${second}`)).toBeUndefined();
});

test("a revoked release that was let in again is withdrawn again by --repair", async () => {
  const up = await project.up();
  expect(up.exitCode, up.text).toBe(0);
  expect(onGoogle().deprecated?.state).toBe("OBSOLETE");
  onGoogle().deprecated = undefined;
  await project.configure(fleet(revocation, { edge: { [image]: first } }));
  const repaired = await drift("--repair");
  expect(repaired.exitCode, repaired.text).toBe(0);
  expect(repaired.text).toMatch(new RegExp(`^google/tiny@${second}/gce/status: incorrect: it is active`, "m"));
  expect(repaired.text).toContain(`repaired: google/tiny@${second}/gce/status`);
  expect(onGoogle().deprecated?.state).toBe("OBSOLETE");
  expect(await project.store.document(`channels/edge/${image}`)).toBeUndefined();
  await project.configure(fleet(revocation));
});

test("where one site of a wave cannot be looked at, the others are", async () => {
  await rm(link("shelf"));
  await rename(project.path("sites/desk"), project.path("away"));
  await writeFile(project.path("sites/desk"), "no directory");
  const { exitCode, text } = await drift();
  expect(exitCode, text).toBe(3);
  expect(text).toMatch(/^unreachable, not looked at: desk \(/m);
  expect(text).toMatch(new RegExp(`^${wave} on shelf: incorrect: points at `, "m"));
  expect(text).not.toContain(`${wave} on desk`);
});
