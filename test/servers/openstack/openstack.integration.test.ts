import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";
import { waitFor } from "../../integration/wait-for.ts";
import type { GlanceClient, GlanceImage } from "./glance-client.ts";
import { startOpenstack, type Openstack } from "./start-openstack.ts";

let openstack: Openstack;
beforeAll(async () => { openstack = await startOpenstack({ regions: ["RegionOne", "RegionTwo"] }); });
afterAll(() => openstack?.stop());

const bytes = randomBytes(300_000);

function names(images: readonly GlanceImage[]): (string | null)[] {
  return images.map(({ name }) => name);
}

async function uploaded(glance: GlanceClient, image: Record<string, unknown>): Promise<GlanceImage> {
  const { id } = await glance.create(image);
  await glance.upload(id, bytes);
  return glance.get(id);
}

test("an image lives in the region it was uploaded to", async () => {
  const image = await uploaded(openstack.glance("RegionOne", "factory"), { name: "local", imagefleet_version: "1" });
  expect(image).toMatchObject({ status: "active", size: bytes.length, owner: openstack.projectIds.factory, os_hash_algo: "sha512", imagefleet_version: "1" });
  expect(names(await openstack.glance("RegionTwo", "factory").list())).not.toContain("local");
  expect(await openstack.glance("RegionOne", "factory").download(image.id)).toEqual(bytes);
});

test("a shared image is listed by a member who accepted it, and by nobody else", async () => {
  const [factory, team, team2] = (["factory", "team", "team2"] as const).map((cloud) => openstack.glance("RegionTwo", cloud)) as [GlanceClient, GlanceClient, GlanceClient];
  const { id } = await uploaded(factory, { name: "shared", visibility: "shared" });
  await factory.addMember(id, openstack.projectIds.team);
  expect(names(await team.list())).not.toContain("shared");
  await team.setMemberStatus(id, openstack.projectIds.team, "accepted");
  expect(names(await team.list())).toContain("shared");
  expect(await factory.members(id)).toMatchObject([{ member_id: openstack.projectIds.team, status: "accepted" }]);
  await expect(team2.get(id)).rejects.toMatchObject({ response: { statusCode: 404 } });
});

test("only an administrator makes an image public", async () => {
  const factory = openstack.glance("RegionOne", "factory");
  const { id } = await uploaded(factory, { name: "open" });
  await expect(factory.set(id, { visibility: "public" })).rejects.toMatchObject({ response: { statusCode: 403 } });
  await expect(factory.set(id, { visibility: "community" })).resolves.toMatchObject({ visibility: "community" });
  await expect(openstack.glance("RegionOne", "admin").set(id, { visibility: "public" })).resolves.toMatchObject({ visibility: "public" });
});

test("Glance fetches the bytes itself when told to", async () => {
  const source = createServer((_, reply) => reply.end(bytes)).listen(0, "127.0.0.1");
  try {
    await sleep(50);
    const factory = openstack.glance("RegionOne", "factory");
    const { id } = await factory.create({ name: "fetched" });
    await factory.webDownload(id, `http://127.0.0.1:${(source.address() as AddressInfo).port}/image.raw`);
    const done = async () => { const image = await factory.get(id); return image.status === "active" ? image : undefined; };
    expect(await waitFor(done, 20_000)).toMatchObject({ size: bytes.length });
  } finally {
    source.close();
  }
});

test("OpenStack's own client finds its way by clouds.yaml and secure.yaml", async () => {
  const dir = await mkdtemp(join(tmpdir(), "imagefleet-clouds-"));
  try {
    const { cloudsFile, secureFile, env } = await openstack.cloudsYaml(dir);
    expect(await readFile(cloudsFile, "utf8")).not.toContain("password-of");
    expect((await stat(secureFile)).mode & 0o777).toBe(0o600);
    await uploaded(openstack.glance("RegionTwo", "factory"), { name: "listed" });
    const list = await execa(join(openstack.bin, "openstack"), ["--os-cloud", "factory", "--os-region-name", "RegionTwo", "image", "list", "-f", "value", "-c", "Name"], { env: { ...env, PYTHONWARNINGS: "ignore" } });
    expect(list.stdout.split("\n")).toContain("listed");
  } finally {
    await rm(dir, { recursive: true });
  }
});

test("eight uploads and as many lists side by side all succeed", async () => {
  const factory = openstack.glance("RegionOne", "factory");
  const all = Array.from({ length: 8 }, (_, i) => Promise.all([uploaded(factory, { name: `side-${i}` }), factory.list()]));
  expect((await Promise.all(all)).map(([{ status }]) => status)).toEqual(Array(8).fill("active"));
});

test("nothing is left when it is stopped", async () => {
  const other = await startOpenstack({ log: () => {} });
  const alive = () => other.pids.filter((pid) => existsSync(`/proc/${pid}`));
  const dir = dirname(dirname(other.logFile("keystone")));
  expect(alive()).toHaveLength(2);
  expect(existsSync(dir)).toBe(true);
  await other.stop();
  expect(alive()).toEqual([]);
  expect(existsSync(dir)).toBe(false);
});
