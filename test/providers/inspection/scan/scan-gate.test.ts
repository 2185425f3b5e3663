import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { ScannerConfig } from "../../../../model/gates.ts";
import { scanGate } from "../../../../providers/inspection/scan/scan-gate.ts";
import { inspectionJob } from "../inspection-job.ts";
import type { Work } from "../inspection-job.ts";
import { memoryTree } from "../memory-tree.ts";
import { installStandIns } from "./stand-in.ts";

const day = 86_400_000;
const trivy: ScannerConfig = { command: ["trivy", "rootfs", "--output", "{output}", "{root}"], report: "trivy", failOn: "high", maxDataAge: 3, dataAge: ["trivy", "version", "--format", "json"] };
const grype: ScannerConfig = { command: ["grype", "sbom:{sbom}", "-o", "json"], report: "grype", failOn: "high", maxDataAge: 3, dataAge: ["grype", "db", "status", "-o", "json"] };

const works: Work[] = [];
beforeEach(() => vi.stubEnv("IMAGEFLEET_SIGNING_KEY", "a secret of the builder"));
afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all(works.splice(0).map((work) => work.remove()));
});

/** A job over an image with the package `leaky`, and scanners whose data have an age. */
async function start(version: string, days = 0): Promise<Work["job"]> {
  const status = `Package: leaky\nStatus: install ok installed\nVersion: ${version}\nArchitecture: amd64\n`;
  const work = await inspectionJob(memoryTree({ "/etc/os-release": "ID=debian\nVERSION_ID=12\n", "/var/lib/dpkg/status": status }));
  works.push(work);
  await installStandIns(join(work.job.dir, ".."), new Date(Date.now() - days * day));
  return work.job;
}

test("a scanner that reads the files finds what is in them; its report is kept without the builder's paths", async () => {
  const job = await start("1.0");
  const { checks, facts, files } = await scanGate("trivy", trivy).run(job);
  expect(checks.map(({ id }) => id)).toEqual(["scan-trivy/vulnerabilities", "scan-trivy/data-age"]);
  expect(checks[0]?.findings).toEqual([
    { place: "CVE-2026-0001", severity: "high", problem: "leaky 1.0: leaky leaks: fixed in 1.1" },
    { place: "CVE-2026-0002", severity: "low", problem: "leaky 1.0" },
  ]);
  expect(checks[1]?.findings).toEqual([]);
  expect(facts["vulnerabilities"]).toBe(2);
  expect(files).toEqual(["scan-trivy.json"]);
  expect(await readdir(job.dir)).toEqual(files);
  const report = await readFile(join(job.dir, "scan-trivy.json"), "utf8");
  expect(report).not.toContain(job.dir);
  expect(JSON.parse(report)).toMatchObject({ ArtifactName: "/", Results: [{ Target: "/ (debian 12)" }] });
});

test("a scanner that reads the SBOM gets one of the image's packages, whatever gates ran before", async () => {
  const job = await start("1.0");
  const { checks } = await scanGate("grype", grype).run(job);
  expect(checks[0]?.findings).toEqual([{ place: "CVE-2026-0001", severity: "critical", problem: "leaky 1.0: fixed in 1.1" }]);
  expect(JSON.parse(await readFile(join(job.dir, "scan-grype.json"), "utf8"))).toMatchObject({ source: { target: "sbom.cdx.json" } });
});

test("an image without the package has no finding, by files and by SBOM", async () => {
  const job = await start("1.1");
  const results = await Promise.all([scanGate("trivy", trivy).run(job), scanGate("grype", grype).run(job)]);
  for (const { checks } of results) expect(checks.map(({ findings }) => findings)).toEqual([[], []]);
});

test.each([["trivy", trivy], ["grype", grype]] as const)("old data of %s are a critical finding", async (name, config) => {
  const job = await start("1.1", 3.5);
  const { checks } = await scanGate(name, config).run(job);
  expect(checks[1]).toMatchObject({ id: `scan-${name}/data-age`, severity: "critical", findings: [{ place: name }] });
  expect(checks[1]?.findings[0]?.problem).toMatch(/3 days old, where 3 are accepted$/);
  const trusting = await scanGate(name, { ...config, maxDataAge: undefined }).run(job);
  expect(trusting.checks[1]).toMatchObject({ findings: [], skipped: "no maxDataAge is configured" });
});

test("data from the future are no fresh data", async () => {
  const job = await start("1.1", -5);
  expect((await scanGate("trivy", trivy).run(job)).checks[1]?.findings[0]?.problem).toContain("from the future");
});

test("scanners see nothing of the builder's environment but what every program gets", async () => {
  const job = await start("1.1");
  const sh = (script: string): ScannerConfig => ({ command: ["sh", "-c", script, "{root}"], report: "trivy", failOn: "high" });
  await scanGate("env", sh(`echo '{"SchemaVersion": 2, "Text": "'"$(env | tr '\\n"' '; ')"'"}'`)).run(job);
  const text = await readFile(join(job.dir, "scan-env.json"), "utf8");
  expect(text).toContain("PATH=");
  expect(text).not.toContain("secret of the builder");
});

test.each([
  ["a program that is not there", { command: ["no-such-scanner", "{root}"] }, /no-such-scanner is not installed, or not on PATH\n {2}what to do: install it/],
  ["a program that fails without a report", { command: ["sh", "-c", "echo broken pipe to the database >&2; exit 3", "{root}"] }, /exit code 3 and left no report; it said:\nbroken pipe to the database/],
  ["a program that fails with an empty report", { command: ["sh", "-c", `echo '{"SchemaVersion": 2}'; exit 1`, "{root}"] }, /exit code 1, and its report has no finding that would explain it/],
  ["a report that is no JSON", { command: ["sh", "-c", "echo no vulnerabilities, promised", "{root}"] }, /its report is no trivy JSON: SyntaxError/],
  ["a report of another kind", { command: ["sh", "-c", `echo '{"matches": []}'`, "{root}"] }, /its report is no trivy JSON: [^]*SchemaVersion[^]*what to do: check the scanner's options, and `report`/],
  ["a report that never ends", { command: ["sh", "-c", "exec yes aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "{root}"] }, /it printed more than \d+ MiB/],
  ["a command that does not see the image", { command: ["trivy", "image", "debian:12"] }, /names neither \{root\} nor \{sbom\}/],
  ["an age that is no date", { dataAge: ["sh", "-c", "echo '{}'"] }, /no date of its data/],
  ["an age that nobody can ask", { dataAge: undefined }, /maxDataAge is set, but no command/],
] as [string, Partial<ScannerConfig>, RegExp][])("%s is an error with a hint, and no half file stays", { timeout: 120_000 }, async (_, change, message) => {
  const job = await start("1.1");
  await expect(scanGate("trivy", { ...trivy, ...change }).run(job)).rejects.toThrow(message);
  expect((await readdir(job.dir)).filter((name) => !name.endsWith(".json"))).toEqual([]);
});

test("a cancelled scan ends its program and removes its copy", async () => {
  const job = await start("1.1");
  const cancel = new AbortController();
  const started = join(job.dir, "..", "started");
  const scan = scanGate("slow", { ...trivy, command: ["sh", "-c", `touch ${started}; exec sleep 60`, "{root}"] }).run({ ...job, signal: cancel.signal });
  const outcome = expect(scan).rejects.toThrow("it was cancelled");
  await vi.waitFor(() => stat(started), { timeout: 20_000 });
  cancel.abort();
  await outcome;
  expect(await readdir(job.dir)).toEqual([]);
});
