import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { hostname } from "node:os";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { complianceGate } from "../../../../providers/inspection/compliance/compliance-gate.ts";
import { inspectionJob } from "../inspection-job.ts";
import type { Work } from "../inspection-job.ts";
import { memoryTree } from "../memory-tree.ts";

const content = fileURLToPath(new URL("content/small-xccdf.xml", import.meta.url));
const debian11 = "/usr/share/xml/scap/ssg/content/ssg-debian11-ds.xml";
const runs = (program: string): boolean => spawnSync(program, ["--version"]).status === 0;
const hasTools = runs("oscap") && runs("fakeroot");
const config = { content, profile: "files", allow: [], failOn: "medium" } as const;

let work: Work;
beforeEach(async () => {
  work = await inspectionJob(memoryTree({
    "/etc/os-release": "ID=debian\nVERSION_ID=12\n",
    "/etc/debian_version": "12.4\n",
    "/etc/motd": { target: "/etc/greeting" },
    "/etc/greeting": "hello",
    "/etc/shadow": { content: "root:*:1::::::\n", mode: 0o644, gid: 42 },
    "/etc/ssh/sshd_config": "PermitRootLogin no\n",
  }));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  await work.remove();
});

describe.skipIf(!hasTools)("OpenSCAP (needs oscap and fakeroot)", { timeout: 120_000 }, () => {
  test("every rule is a check with its severity; the image's files are asked, not the builder's", async () => {
    const { checks, facts, files } = await complianceGate(config).run(work.job);
    expect(checks.map(({ id, severity, findings, skipped }) => [id, severity, findings.map(({ problem }) => problem), skipped])).toEqual([
      ["compliance/applicable", "critical", [], undefined],
      ["compliance/motd", "low", [], undefined],
      ["compliance/shadow_private", "high", ["Others may not read shadow & its hashes: not so in this image"], undefined],
      ["compliance/shadow_owners", "medium", [], undefined],
      ["compliance/root_login", "medium", [], undefined],
      ["compliance/by_hand", "low", [], "the content has no automatic check for it"],
    ]);
    expect(facts).toEqual({ profile: "files", rulesPassed: 3, rulesFailed: 1, rulesNotAsked: 1 });
    expect([...files].sort()).toEqual((await readdir(work.job.dir)).sort());
    const evidence = await Promise.all(files.map((name) => readFile(`${work.job.dir}/${name}`, "utf8")));
    expect(evidence.join("")).not.toContain(work.job.dir);
    expect(evidence[1]).toContain("<target>unknown</target>");
    if (hostname().length > 4) expect(evidence.join("")).not.toContain(hostname());
  });

  test("whoever is not root sees the image's owners all the same", async () => {
    if (process.geteuid?.() === 0) vi.spyOn(process, "geteuid").mockReturnValue(1000);
    const { checks } = await complianceGate(config).run(work.job);
    expect(checks.filter(({ findings }) => findings.length > 0).map(({ id }) => id)).toEqual(["compliance/shadow_private"]);
  });

  test("a rule that may fail is shown, and fails nothing", async () => {
    const { checks } = await complianceGate({ ...config, allow: ["shadow_private"] }).run(work.job);
    expect(checks.find(({ id }) => id === "compliance/shadow_private")).toMatchObject({ findings: [], skipped: "it may fail (gates.compliance.allow), and its result is: fail" });
  });

  test("a profile of which nothing could be asked is a finding", async () => {
    const { checks } = await complianceGate({ ...config, profile: "hands" }).run(work.job);
    expect(checks[0]?.findings).toEqual([{ place: content, problem: "none of the 1 rules of the profile hands could be asked of this image" }]);
  });

  test.skipIf(!existsSync(debian11))("Debian 11's content on a Debian 12 image is a finding, not a success (needs ssg-debian)", async () => {
    const { checks } = await complianceGate({ ...config, content: debian11, profile: "standard" }).run(work.job);
    expect(checks[0]).toMatchObject({ id: "compliance/applicable", severity: "critical", findings: [{ place: debian11 }] });
    expect(checks.slice(1).every(({ skipped, title }) => skipped === "the rule does not apply to this image" && !title.startsWith("xccdf"))).toBe(true);
  });

  test("an unknown profile fails with what oscap says, and leaves nothing behind", async () => {
    await expect(complianceGate({ ...config, profile: "nope" }).run(work.job)).rejects.toThrow(/nope[^]*what to do: see which profiles there are: oscap info --profiles/);
    expect(await readdir(work.job.dir)).toEqual([]);
  });
});

test("missing content is named, with what to install", async () => {
  await expect(complianceGate({ ...config, content: "/nowhere/ssg-debian12-ds.xml" }).run(work.job)).rejects.toThrow(/\/nowhere\/ssg-debian12-ds\.xml\): there is no such file\n {2}what to do: install .* ssg-debian/);
});

test("a builder without oscap says what to install", async () => {
  vi.stubEnv("PATH", work.job.dir);
  await expect(complianceGate(config).run(work.job)).rejects.toThrow("what to do: sudo apt-get install openscap-scanner fakeroot");
});
