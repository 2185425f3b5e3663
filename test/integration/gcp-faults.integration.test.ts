import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { gcpImageName } from "#model/gcp-image";
import { createKeyFile } from "#providers/seal/create-key-file";
import { installStandInPlugins } from "../plugins/install.ts";
import type { Match } from "../servers/faults.ts";
import { startGcp, type Gcp } from "../servers/gcp/start-gcp.ts";
import { storeRealRelease } from "../store/real-release.ts";
import { killTree } from "./kill-tree.ts";
import { Project } from "./project.ts";

/** What goes wrong between a project of Google Cloud and a run: the next run, or the same one, makes it right. */
const id = { image: "tiny", version: "2026.1101.1" };
const name = gcpImageName(id);
const members = ["group:builders@example.com"];
const made = { method: "POST", path: /\/global\/images$/ };

let dir: string;
let gcp: Gcp;
let project: Project;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "imagefleet-gcp-faults-"));
  const key = join(dir, "signing-key.asc");
  await createKeyFile(key);
  vi.stubEnv("IMAGEFLEET_SIGNING_KEY_FILE", key);
  gcp = await startGcp({ log: () => {} });
  project = await Project.create({
    build: "never",
    images: { tiny: { os: "tiny/tiny-x86_64", epoch: "2026-11-01", sites: ["google"] } },
    sites: { google: { kind: "gcp", ...gcp.site, members } },
  });
  Object.assign(project.env, { IMAGEFLEET_SIGNING_KEY_FILE: key, ...gcp.env });
  await installStandInPlugins(project.env["PULUMI_HOME"]!, ["gcp"]);
  await storeRealRelease(project.store, id, ["gce"]);
});
beforeEach(() => {
  for (const server of [gcp.storage, gcp.compute]) {
    server.heal();
    server.reset();
  }
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await Promise.all([gcp?.stop(), project?.remove()]);
  await rm(dir, { recursive: true, force: true });
});

/** As it should be: one image, whole, for its members, and nothing left of what it was made of. */
async function requireConverged(): Promise<void> {
  const up = await project.up();
  expect(up.exitCode, up.text).toBe(0);
  expect(gcp.outOfBand.images.map((image) => [image.name, image.status])).toEqual([[name, "READY"]]);
  expect(gcp.outOfBand.policy(name).bindings).toEqual([{ role: "roles/compute.imageUser", members }]);
  expect(gcp.outOfBand.image(name).labels).toMatchObject({ "imagefleet-image": "tiny", "imagefleet-channel": "latest" });
  expect(await gcp.outOfBand.objects(gcp.site.bucket)).toEqual([]);
}

async function requireGone(): Promise<void> {
  const down = await project.pulumi("destroy", "--yes");
  expect(down.exitCode, down.text).toBe(0);
  expect(gcp.outOfBand.images).toEqual([]);
  expect(await gcp.outOfBand.objects(gcp.site.bucket)).toEqual([]);
}

const points: readonly (readonly [string, "storage" | "compute", Match])[] = [
  ["the archive arrived", "storage", { method: "PUT", path: /upload_id/ }],
  ["the image was begun", "compute", made],
  ["its first member was let in", "compute", { method: "POST", path: /setIamPolicy/ }],
  ["its labels were set", "compute", { method: "POST", path: /setLabels/ }],
  ["its archive was removed", "storage", { method: "DELETE" }],
];

test.each(points)("a run that is killed when %s is ended by the next one: one image, made and sent once", async (_what, service, match) => {
  const run = project.run("up");
  gcp[service].after(match, () => killTree(run.pid!));
  expect((await run).exitCode).not.toBe(0);
  gcp[service].heal();
  await requireConverged();
  expect(gcp.compute.count(made).requests).toBe(1);
  expect(gcp.storage.count({ method: "POST", path: /uploadType=resumable/ }).requests).toBe(1);
  await requireGone();
}, 120_000);

test("an image whose reply was lost is found by the next run: there is one", async () => {
  gcp.compute.fault(made, { kind: "drop-reply" });
  const first = await project.up();
  expect(first.exitCode, first.text).not.toBe(0);
  await requireConverged();
  expect(gcp.compute.count(made).requests).toBe(1);
  await requireGone();
}, 120_000);

test("services that are busy are waited for, within one run", async () => {
  gcp.storage.fault({ method: "PUT", path: /upload_id/, times: 2 }, { kind: "answer", status: 503 });
  gcp.compute.fault({ method: "POST", path: /setLabels/, times: 2 }, { kind: "answer", status: 429, headers: { "retry-after": "1" } });
  gcp.compute.fault({ method: "GET", path: /getIamPolicy/, skip: 2 }, { kind: "drop-reply" });
  await requireConverged();
  await requireGone();
}, 120_000);
