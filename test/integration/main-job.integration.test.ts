import { appendFile, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { FormatRecord } from "#model/release";
import { Project, tinyFleet } from "./project.ts";

/**
 * The main job on the tiny OS: the real engine, Packer and QEMU, the real store and catalog. The tests are steps of one
 * story and run in this order.
 */
let project: Project;
const images = (web: Record<string, unknown> = {}) => ({
  tiny: { os: "tiny/tiny-x86_64", epoch: "2026-11-01", sites: ["laptop"], resources: { cpus: 1 } },
  "tiny-web": { parent: "tiny", scripts: ["hello"], sites: ["laptop"], resources: { cpus: 1 }, ...web },
  other: { os: "tiny/tiny-x86_64", scripts: ["other"], epoch: "2026-11-01", sites: ["laptop"], resources: { cpus: 1 } },
});

beforeAll(async () => {
  project = await Project.create(tinyFleet({ images: images() }));
  await writeFile(project.path("packer/scripts/hello.sh"), "#!/bin/sh\n# setting: greeting = hello\nset -eu\necho \"$GREETING\" > /etc/greeting\n");
  await writeFile(project.path("packer/scripts/other.sh"), "#!/bin/sh\nset -eu\ntouch /etc/other\n");
});
afterAll(() => project.remove());

async function digest(path: string): Promise<string> {
  return createHash("sha256").update(await readFile(path)).digest("hex");
}

describe("the main job", () => {
  test("the first up builds every image and its layers, inspects, seals and publishes them", async () => {
    const up = await project.up();
    expect(up.text).toMatch(/will build 2026\.1101\.1: first build/);
    expect(up.exitCode, up.text).toBe(0);
    expect(up.text).toMatch(/tiny-web\s+│ 2026\.1101\.1 │ built in \d+ s\s+│ passed\s+│ sealed\s+│ published/);
    for (const image of ["tiny", "tiny-web", "other"]) {
      const record = await project.store.record({ image, version: "2026.1101.1" }, "build");
      expect(record).toMatchObject({ accelerator: expect.stringMatching(/^(kvm|tcg)$/), logs: ["packer.log", "serial.log"] });
      const format = await project.store.record<FormatRecord>({ image, version: "2026.1101.1" }, "formats/qcow2");
      expect(format!.source).toEqual({ name: record!.disk.name, sha256: record!.disk.sha256 });
      const published = project.path(`site/${image}/2026.1101.1/qcow2`);
      expect(await digest(join(published, `${image}-2026.1101.1.qcow2`))).toBe(format!.artifact.sha256);
      await execa("sha256sum", ["--check", "--strict", "--quiet", "SHA256SUMS"], { cwd: published });
      expect(record!.tools).toMatchObject({ packer: expect.stringMatching(/^1\./), "packer-plugin-qemu": "1.0.9", qemu: expect.stringMatching(/^\d/) });
      expect(record!.steps.map(({ name }) => name)).toContain("shut down");
    }
    const [base, layer] = await Promise.all(["tiny", "tiny-web"].map((image) => project.store.record({ image, version: "2026.1101.1" }, "build")));
    expect(layer!.parent).toEqual({ image: "tiny", version: "2026.1101.1", key: base!.key });
  });

  test("a second up finds nothing to do, with our wrapper and without", async () => {
    const again = await project.up();
    expect(again.exitCode, again.text).toBe(0);
    expect(again.text).toMatch(/tiny\s+│ 2026\.1101\.1 │ unchanged/);
    const plain = await project.pulumi("preview", "--refresh", "--expect-no-changes");
    expect(plain.exitCode, plain.text).toBe(0);
  });

  test("state holds ids, digests and sizes: at most 2 KB a resource besides the provider, no path of this machine", async () => {
    const { deployment } = JSON.parse((await project.pulumi("stack", "export")).text) as { deployment: { resources: { urn: string; type: string; inputs?: Record<string, unknown>; outputs?: Record<string, unknown> }[] } };
    const ours = deployment.resources.filter(({ type }) => type.startsWith("pulumi-nodejs:dynamic"));
    expect(ours.length).toBe(3 * 6); // build, inspection, format, hold, registration, publication
    for (const { urn, inputs, outputs } of ours) {
      const provider = String(inputs?.["__provider"]);
      expect(Buffer.byteLength(provider), urn).toBeLessThan(2_048);
      expect(provider).not.toContain(process.cwd());
      const rest = JSON.stringify({ inputs: { ...inputs, __provider: "" }, outputs: { ...outputs, __provider: "" } });
      expect(Buffer.byteLength(rest), urn).toBeLessThan(2_048);
      expect(rest).not.toContain(project.dir);
    }
  });

  test("a script that changed rebuilds its image and no other; the preview says why", async () => {
    await appendFile(project.path("packer/scripts/hello.sh"), "echo again >> /etc/greeting\n");
    const preview = await project.pulumi("preview");
    expect(preview.text).toContain("will build 2026.1101.2: script:hello changed");
    expect(preview.text).not.toMatch(/(?:OsImage|PackerBuild) (?:tiny|other) .*create/);
    const up = await project.up();
    expect(up.exitCode, up.text).toBe(0);
    expect(up.text).toMatch(/tiny-web\s+│ 2026\.1101\.2 │ built in/);
    expect(await project.store.versions("tiny")).toEqual(["2026.1101.1"]);
    expect(await project.store.versions("other")).toEqual(["2026.1101.1"]);
    // The former release stays registered: retain is 1.
    await stat(project.path("site/tiny-web/2026.1101.1"));
    await stat(project.path("site/tiny-web/2026.1101.2"));
  });

  test("a variable that changed is named, and going back finds the release in the store", async () => {
    await project.configure(tinyFleet({ images: images({ variables: { greeting: "good morning" } }) }));
    expect((await project.pulumi("preview")).text).toContain("will build 2026.1101.3: variable:greeting changed");
    await project.configure(tinyFleet({ images: images() }));
    expect((await project.pulumi("preview", "--expect-no-changes")).exitCode).toBe(0);
  });

  test("a published file that was truncated is named by a preview and mended by the next up", async () => {
    await truncate(project.path("site/other/2026.1101.1/qcow2/other-2026.1101.1.qcow2"), 1000);
    const preview = await project.pulumi("preview", "--refresh", "--expect-no-changes");
    expect(preview.exitCode).not.toBe(0);
    expect(preview.text).toContain("laptop/other@2026.1101.1");
    const up = await project.up();
    expect(up.text).toMatch(/other\s+│ 2026\.1101\.1 │ unchanged │ .*│ repaired/);
    expect((await project.pulumi("preview", "--refresh", "--expect-no-changes")).exitCode).toBe(0);
  });

  test("a flipped bit in the store puts the release aside and builds it again under the next serial", async () => {
    const path = project.path(".imagefleet/store/images/other/2026.1101.1/build/disk.qcow2");
    const bytes = await readFile(path);
    bytes[bytes.length - 5_000]! ^= 1;
    await rm(path);
    await writeFile(path, bytes);
    expect((await project.pulumi("preview")).text).toMatch(/will build 2026\.1101\.2: the release 2026\.1101\.1 in the store is damaged: disk\.qcow2 altered/);
    const up = await project.up();
    expect(up.exitCode, up.text).toBe(0);
    expect(await project.store.versions("other")).toEqual(["2026.1101.2"]);
    expect((await project.store.tombstones("other")).map(({ version }) => version)).toEqual(["2026.1101.1"]);
  });

  test("--force builds again although the key is there, and the next up keeps the newer one", async () => {
    const up = await project.up("--only", "tiny", "--force", "tiny");
    expect(up.exitCode, up.text).toBe(0);
    expect(await project.store.versions("tiny")).toEqual(["2026.1101.1", "2026.1101.2"]);
    const again = await project.up();
    expect(again.exitCode, again.text).toBe(0);
    expect(again.text).toMatch(/tiny\s+│ 2026\.1101\.2 │ unchanged/);
  });

  test("down removes what the stack published and no release", async () => {
    const down = await project.run("down");
    expect(down.exitCode, String(down.all)).toBe(0);
    await expect(stat(project.path("site/tiny/2026.1101.2"))).rejects.toThrow("ENOENT");
    expect(await project.store.images()).toEqual(["other", "tiny", "tiny-web"]);
    expect(await project.store.holds()).toEqual([]);
  });
});
