import { readdir, readFile, readlink, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { CatalogInputs } from "#providers/local-catalog/inputs";
import { provider } from "#providers/local-catalog/provider";
import { createKeyFile } from "#providers/seal/create-key-file";
import { first, flipByte, makeProject, published, second, stateOf, type Project } from "./fixture.ts";

let project: Project;
beforeEach(async () => {
  project = await makeProject();
  vi.spyOn(console, "log").mockImplementation(() => {});
});
afterEach(async () => {
  vi.restoreAllMocks();
  await project.remove();
});

/** Another format of a release that is in the store. */
function addFormat(id: typeof first, format: string): Promise<CatalogInputs> {
  return project.add(id, undefined, { format });
}

function at(...names: string[]): string {
  return join(project.root, ...names);
}

test("formats of a release are published and withdrawn each on its own, in one listing", async () => {
  const qcow2 = await published(await project.add(first));
  const ova = await published(await addFormat(first, "ova"));
  const listed = () => readFile(at("streams/v1/images.json"), "utf8");
  expect(JSON.parse(await listed()).products["local.imagefleet:debian-12:amd64"].versions["20261101.0009"].items).toMatchObject({
    "disk1.img": { path: "debian-12/2026.1101.9/qcow2/debian-12-2026.1101.9.qcow2" },
    ova: { path: "debian-12/2026.1101.9/ova/debian-12-2026.1101.9.ova", ftype: "ova" },
  });
  await provider.delete("id", qcow2);
  expect(await stateOf(ova)).toBe("correct");
  expect(await listed()).not.toContain("qcow2");
  expect(await readdir(at("debian-12/2026.1101.9"))).toEqual(["ova"]);
});

test("latest waits until every format of the newer release is there", async () => {
  await published(await project.add(first));
  await published(await addFormat(first, "ova"));
  await published(await project.add(second));
  expect(await readlink(at("debian-12", "latest"))).toBe("2026.1101.9");
  await published(await addFormat(second, "ova"));
  expect(await readlink(at("debian-12", "latest"))).toBe("2026.1101.10");
});

test("what is unsealed, sealed by an unknown key or altered in the store is never published", async () => {
  const inputs = await project.add(first);
  const group = join(project.dir, "releases/images/debian-12/2026.1101.9/formats/qcow2");
  const keys = join(project.dir, "signing-key.asc");
  await rename(keys, `${keys}.old`);
  await rm(join(project.dir, "signing-key.pub.asc"), { force: true });
  await createKeyFile(keys);
  await expect(provider.create(inputs)).rejects.toThrow(/cannot publish debian-12@2026\.1101\.9 as qcow2 to laptop.*unknown|not trusted/s);
  await rename(`${keys}.old`, keys);
  await flipByte(join(group, "provenance.intoto.json"));
  await expect(provider.create(inputs)).rejects.toThrow(/provenance\.intoto\.json/);
  expect(await readdir(project.root)).toEqual([]);
});

test("a catalog of Vagrant boxes has the metadata that Vagrant reads, as long as there are boxes", async () => {
  const inputs = { ...(await project.add(first, undefined, { format: "vagrant-libvirt" })), url: "https://boxes.example.com" };
  const outs = await published(inputs);
  const metadata = at("debian-12/metadata.json");
  expect(JSON.parse(await readFile(metadata, "utf8"))).toMatchObject({
    name: "debian-12",
    versions: [{ version: "2026.1101.9", providers: [{ name: "libvirt", checksum: inputs.sha256, checksum_type: "sha256", url: "https://boxes.example.com/debian-12/2026.1101.9/vagrant-libvirt/debian-12-2026.1101.9.libvirt.box" }] }],
  });
  await writeFile(metadata, "{}");
  const { props } = await provider.read("id", outs);
  expect(props!.state).toBe("incorrect: debian-12/metadata.json altered");
  await provider.update("id", props!, inputs);
  expect(await stateOf(outs)).toBe("correct");
  await provider.delete("id", outs);
  await expect(readFile(metadata)).rejects.toThrow(/ENOENT/);
});

test("what was verified while it was published is remembered, and not read again by the next refresh", async () => {
  const inputs = await project.add(first);
  await published(inputs);
  const dir = join(project.dir, "cache", "imagefleet", "verified");
  const entries = await Promise.all((await readdir(dir, { recursive: true })).filter((name) => name.endsWith(".json")).map(async (name) => JSON.parse(await readFile(join(dir, name), "utf8")) as object));
  expect(entries).toContainEqual(expect.objectContaining({ path: at("debian-12/2026.1101.9/qcow2/debian-12-2026.1101.9.qcow2"), sha256: inputs.sha256 }));
});
