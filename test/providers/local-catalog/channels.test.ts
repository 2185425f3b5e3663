import { readdir, readFile, readlink } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { channelPlaces } from "#providers/local-catalog/channels";
import { pointChannel } from "#providers/local-catalog/point-channel";
import { publishedOf } from "#providers/local-catalog/scan";
import type { CatalogOutputs } from "#providers/local-catalog/inputs";
import { provider } from "#providers/local-catalog/provider";
import { serveCatalog } from "../../../tools/serve/catalog-server.ts";
import { first, makeProject, published, second, type Project } from "./fixture.ts";

let project: Project;
let newest: CatalogOutputs;
beforeAll(async () => {
  vi.spyOn(console, "log").mockReturnValue();
  project = await makeProject();
  await published(await project.add(first));
  newest = await published(await project.add(second));
  for (const id of [first, second]) await published({ ...(await sealedBox(id)), url: "" });
}, 60_000);
afterAll(() => project.remove());

async function sealedBox(id: typeof first) {
  return project.add({ ...id, image: "debian-12-box" }, Buffer.from(id.version), { format: "vagrant-libvirt" });
}

async function json(path: string): Promise<{ products: Record<string, { aliases: string; versions: object }> } & Record<string, unknown>> {
  return JSON.parse(await readFile(join(project.root, path), "utf8"));
}

beforeEach(async () => {
  for (const image of ["debian-12", "debian-12-box"]) for (const channel of ["candidate", "stable"]) await pointChannel(project.root, image, channel, undefined);
});

test("consumers follow a channel by a link, whatever is the latest", async () => {
  await pointChannel(project.root, "debian-12", "stable", first.version);
  await pointChannel(project.root, "debian-12", "candidate", second.version);
  const at = (name: string) => readlink(join(project.root, "debian-12", name));
  expect([await at("channels/stable"), await at("channels/candidate"), await at("latest")]).toEqual([`../${first.version}`, `../${second.version}`, second.version]);
  const server = await serveCatalog(project.root, "laptop", 0);
  try {
    const sums = await fetch(`${server.url}debian-12/channels/stable/qcow2/SHA256SUMS`);
    expect([sums.status, await sums.text()]).toEqual([200, expect.stringContaining(`debian-12-${first.version}.qcow2`)]);
    expect(await (await fetch(server.url)).text()).toMatch(new RegExp(`${first.version} <b>stable</b>.*`));
  } finally {
    await server.close();
  }
});

test("in simplestreams a channel is a product of its own with the one version", async () => {
  await pointChannel(project.root, "debian-12", "stable", first.version);
  const { products } = await json("streams/v1/images.json");
  expect(products["local.imagefleet:debian-12/stable:amd64"]).toMatchObject({ aliases: "debian-12/stable", versions: { "20261101.0009": expect.anything() } });
  expect(Object.keys(products["local.imagefleet:debian-12/stable:amd64"]!.versions)).toHaveLength(1);
  expect(Object.keys(products["local.imagefleet:debian-12:amd64"]!.versions)).toHaveLength(2);
  expect(JSON.stringify(await json("streams/v1/index.json"))).toContain("debian-12/stable");
  expect((await provider.read("id", newest)).props!.state).toBe("correct");
});

test("for Vagrant a channel is a box of its own, so that the newest version does not win", async () => {
  await pointChannel(project.root, "debian-12-box", "stable", first.version);
  const box = join(project.root, "debian-12-box", first.version, "vagrant-libvirt", `debian-12-box-${first.version}.libvirt.box`);
  expect(await json("debian-12-box/channels/stable.json")).toMatchObject({ name: "debian-12-box/stable", versions: [{ version: first.version, providers: [{ name: "libvirt", url: pathToFileURL(box).href }] }] });
  expect((await json("debian-12-box/metadata.json"))["versions"]).toHaveLength(2);
});

test("a channel that points nowhere leaves nothing behind", async () => {
  const before = await readFile(join(project.root, "streams/v1/images.json"), "utf8");
  await pointChannel(project.root, "debian-12", "stable", first.version);
  await pointChannel(project.root, "debian-12", "stable", undefined);
  expect(await readdir(join(project.root, "debian-12"))).toEqual([second.version, first.version, "latest"]);
  expect(JSON.parse(await readFile(join(project.root, "streams/v1/images.json"), "utf8")).products).toEqual(JSON.parse(before).products);
});

test("two channels that move at once both arrive", async () => {
  await Promise.all([pointChannel(project.root, "debian-12", "stable", first.version), pointChannel(project.root, "debian-12", "candidate", second.version)]);
  const places = async (channel: string) => Object.values(await channelPlaces(project.root, "debian-12", channel, await publishedOf(project.root, "debian-12")));
  expect([await places("stable"), await places("candidate")]).toEqual([[first.version, first.version], [second.version, second.version]]);
});
