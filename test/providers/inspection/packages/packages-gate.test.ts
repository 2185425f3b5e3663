import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { packagesGate } from "../../../../providers/inspection/packages/packages-gate.ts";
import type { FileTree } from "../../../../providers/shared/file-tree/file-tree.ts";
import { release, storeBuild } from "../../../store/fixture.ts";
import { inspectionJob } from "../inspection-job.ts";
import type { Work } from "../inspection-job.ts";
import { memoryTree } from "../memory-tree.ts";
import { sbomValidators } from "./sbom-validators.ts";

const works: Work[] = [];
afterEach(async () => { await Promise.all(works.splice(0).map((work) => work.remove())); });

async function start(tree: FileTree): Promise<Work> {
  const work = await inspectionJob(tree);
  works.push(work);
  return work;
}

function debian(versions: Record<string, string>, status = "install ok installed"): Record<string, string> {
  const paragraphs = Object.entries(versions).map(([name, version]) => `Package: ${name}\nStatus: ${status}\nVersion: ${version}\nArchitecture: amd64\nSource: src-${name}\n`);
  return {
    "/etc/os-release": 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\nVERSION_ID="12"\n',
    "/var/lib/dpkg/status": paragraphs.join("\n"),
    "/usr/share/doc/bash/copyright": "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\nFiles: *\nLicense: GPL-3+ or Expat\n words of it\n",
    "/usr/share/doc/vim/copyright": "Format: x\n\nFiles: *\nLicense: its own, <very> \"odd\"\n",
  };
}

/** Stores an earlier release with the package list that its gates would have left. */
async function storeEarlier({ job }: Work, serial: number, group: `gates/${string}` | `failures/${string}`, tree: FileTree): Promise<void> {
  const earlier = { ...job, ...release(serial), tree, dir: join(job.dir, `earlier-${serial}`) };
  await mkdir(earlier.dir);
  await packagesGate().run(earlier);
  await storeBuild(job.store, release(serial), `disk ${serial}`);
  const staging = await job.store.stage("test");
  await writeFile(join(staging.dir, "packages.json"), await readFile(join(earlier.dir, "packages.json")));
  await staging.commit(release(serial), group, ["packages.json"], (artifacts) => ({ schemaVersion: 1, ...release(serial), artifacts }));
}

test("the list, both SBOMs and the changes since the last release that passed are written", async () => {
  const work = await start(memoryTree(debian({ bash: "5.2-2", curl: "7.9", vim: "9" })));
  await storeEarlier(work, 1, "gates/set", memoryTree(debian({ bash: "5.2-1", curl: "8.0", nano: "7" })));
  const result = await packagesGate().run(work.job);
  expect([...result.files].sort()).toEqual(["changes.json", "files.hashdeep", "packages.json", "sbom.cdx.json", "sbom.spdx.json"]);
  expect(result.facts).toEqual({ os: "Debian GNU/Linux 12 (bookworm)", packages: 3, since: "2026.1101.1", added: 1, removed: 1, changed: 2, files: 4 });
  const changes = JSON.parse(await readFile(join(work.job.dir, "changes.json"), "utf8")) as object;
  expect(changes).toMatchObject({ since: "2026.1101.1", added: [{ name: "vim" }], removed: [{ name: "nano" }], upgraded: [{ name: "bash", from: "5.2-1", to: "5.2-2" }], downgraded: [{ name: "curl" }] });
  const findings = result.checks.flatMap((check) => check.findings.map((finding) => ({ id: check.id, ...finding })));
  expect(findings).toEqual([{ id: "packages/downgrade", place: "curl", problem: "curl (amd64) was 8.0 in 2026.1101.1 and is 7.9" }]);
  const list = JSON.parse(await readFile(join(work.job.dir, "packages.json"), "utf8")) as object[];
  expect(list[0]).toEqual({ type: "deb", name: "bash", version: "5.2-2", arch: "amd64", source: "src-bash", license: "GPL-3.0-or-later OR MIT" });
});

test("evidence of a release that failed is no measure", async () => {
  const work = await start(memoryTree(debian({ bash: "1" })));
  await storeEarlier(work, 1, "failures/set-1", memoryTree(debian({ bash: "2" })));
  const { checks, files } = await packagesGate().run(work.job);
  expect(checks.find(({ id }) => id === "packages/downgrade")).toMatchObject({ findings: [], skipped: "no earlier release of the image passed its gates" });
  expect(files).not.toContain("changes.json");
});

test("the same image gives the same bytes", async () => {
  const [one, two] = await Promise.all([1, 2].map(() => start(memoryTree(debian({ bash: "5.2-2", curl: "7.9" })))));
  for (const { job } of [one!, two!]) await packagesGate().run(job);
  for (const name of await readdir(one!.job.dir)) expect(await readFile(join(one!.job.dir, name), "utf8")).toBe(await readFile(join(two!.job.dir, name), "utf8"));
});

test("a broken package stops the release", async () => {
  const { job } = await start(memoryTree(debian({ bash: "1" }, "install ok half-configured")));
  const { checks } = await packagesGate().run(job);
  expect(checks.find(({ id }) => id === "packages/finished")).toMatchObject({ severity: "high", findings: [{ place: "bash", problem: "its state is: install ok half-configured" }] });
});

test("an empty database is a finding; an image without a package manager is not asked", async () => {
  const empty = await start(memoryTree({ "/var/lib/dpkg/status": "\n" }));
  expect((await packagesGate().run(empty.job)).checks[0]?.findings).toEqual([{ place: "/var/lib/dpkg/status", problem: "it lists no package" }]);
  const none = await start(memoryTree({ "/bin/busybox": "" }));
  expect((await packagesGate().run(none.job)).checks[0]).toMatchObject({ findings: [], skipped: "the image has no database of dpkg, rpm or apk" });
});

const validators = sbomValidators();

test.skipIf(!validators)("validators that others wrote accept both SBOMs, and refuse damaged ones (needs python3 and pip)", { timeout: 120_000 }, async () => {
  const trees = [
    debian({ "bash": "1:5.2-2+b1", "vim": "9", "libstdc++6": "12~rc1" }),
    { "/etc/os-release": "ID=alpine\n", "/lib/apk/db/installed": "P:zlib\nV:1.2-r1\nL:GPL-2.0-only WITH Linux-syscall-note\n" },
    { "/bin/busybox": "" },
  ];
  const files: string[] = [];
  for (const nodes of trees) {
    const { job } = await start(memoryTree(nodes));
    await packagesGate().run(job);
    files.push(join(job.dir, "sbom.cdx.json"), join(job.dir, "sbom.spdx.json"));
  }
  const damage = async (file: string, from: string, to: string): Promise<string> => {
    const damaged = file.replace("sbom.", "damaged.");
    await writeFile(damaged, (await readFile(file, "utf8")).replace(from, to));
    return damaged;
  };
  const damaged = [await damage(files[0]!, '"operating-system"', '"toaster"'), await damage(files[1]!, '"CONTAINS"', '"EATS"')];
  const verdicts = validators!([...files, ...damaged]);
  expect(verdicts.slice(0, files.length)).toEqual(files.map(() => "valid"));
  expect(verdicts.at(-2)).toContain("toaster");
  expect(verdicts.at(-1)).toContain("EATS");
});
