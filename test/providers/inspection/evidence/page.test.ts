import { describe, expect, it } from "vitest";
import { evidencePage } from "#providers/inspection/evidence/page";
import { duration, factName, factValue } from "#providers/inspection/evidence/words";
import { judge } from "#providers/inspection/judge";
import { check, sampleChanges, sampleEvidence } from "./samples.ts";

/** What a reader sees: the page without its tags. */
function text(html: string): string {
  const body = html.slice(html.indexOf("<body>")).replace(/<[^>]*>/g, " ");
  return body.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"').replaceAll("&#39;", "'").replaceAll("&amp;", "&").replace(/\s+/g, " ");
}

describe("the page", () => {
  it("has the verdict first, then what fails, then everything else", () => {
    const seen = text(evidencePage(sampleEvidence("failed"), sampleChanges));
    const order = ["✕ Failed debian-12 2026.1101.2", "4 of 12 checks failed", "What fails", "hygiene/authorized-keys", "Accepted by a waiver", "The release", "What was measured", "boot 41.2 s", "Packages since 2026.1015.1", "All checks", "Waivers", "Files"];
    expect(order.map((part) => seen.indexOf(part))).toEqual(order.map((part) => seen.indexOf(part)).toSorted((a, b) => a - b));
    expect(order.filter((part) => !seen.includes(part))).toEqual([]);
    expect(seen).toContain("30 packages upgraded");
  });

  it("of a release that passed says so, and names no failure", () => {
    const seen = text(evidencePage(sampleEvidence("passed")));
    expect(seen).toContain("✓ Passed debian-12 2026.1101.2 9 checks passed · 1 finding waived · 1 finding below the threshold · 1 not applicable");
    expect(seen).not.toMatch(/What fails|Packages since/);
  });

  it("tells of each waiver whether it is in use, not needed, expired or misspelt", () => {
    const asked = [{ gate: "a", failOn: "low", seconds: 0, result: { checks: [check("a/b")], facts: {}, files: [] } }] as const;
    const { gates, waivers } = judge(asked, [{ rule: "a/b", image: "x", reason: "r", expires: "2099-01-01", setting: "s0" }, { rule: "a/c", image: "x", reason: "r", expires: "2001-01-01", setting: "s1" }, { rule: "a/d", image: "x", reason: "r", expires: "2099-01-01", setting: "s2" }], "2026-11-21");
    expect(text(evidencePage({ ...sampleEvidence("passed"), gates, waivers }))).toMatch(/a\/b s0 r 2099-01-01 not needed .*a\/c s1 r 2001-01-01 expired .*a\/d s2 r 2099-01-01 names no check/);
    expect(text(evidencePage(sampleEvidence("passed")))).toContain("2027-06-30 in use 1 finding");
  });

  it("links to the files beside it, and to nothing else", () => {
    const links = [...evidencePage(sampleEvidence("passed")).matchAll(/(?:href|src)="([^"]*)"/g)].map(([, link]) => link!);
    expect(links).toEqual(expect.arrayContaining(["./boot-bios-virtio.log", "./sbom.cdx.json", "./evidence.json", "#gate-boot"]));
    expect(links.filter((link) => !/^(\.\/[\w.%-]+|#[\w-]+)$/.test(link))).toEqual([]);
  });

  it("needs nothing from the network and runs no script, as its own policy says", () => {
    const html = evidencePage(sampleEvidence("failed"), sampleChanges);
    expect(html).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
    expect(html).not.toMatch(/<script|url\(|@import|https?:\/\//);
  });

  it("escapes whatever an image or a setting holds", () => {
    const sly = `<script>alert("1")</script><img src=x onerror='x'>&`;
    const sample = sampleEvidence("failed");
    const waiver = { rule: sly, image: sly, reason: sly, expires: "2020-01-01", setting: sly, place: sly };
    const found = [{ gate: sly, failOn: "low", seconds: 1, result: { checks: [check(sly, { title: sly, why: sly, mend: sly, findings: [{ place: sly, problem: sly }] }), check("a/b", { skipped: sly })], facts: { [sly]: sly }, files: [sly] } }] as const;
    const html = evidencePage({ ...sample, image: sly, owner: sly, ...judge(found, [waiver], "2026-11-21") }, { ...sampleChanges, since: sly, added: [{ name: sly, version: sly, arch: sly }] });
    expect(html).not.toMatch(/<script|<img|onerror='/);
    expect(text(html).split(sly).length).toBeGreaterThan(15);
  });

  it("stays readable with hundreds of findings: they unfold", () => {
    const findings = Array.from({ length: 300 }, (_, index) => ({ place: `CVE-2026-${index}`, problem: "in package-x" }));
    const found = [{ gate: "scan-x", failOn: "low", seconds: 1, result: { checks: [check("scan-x/y", { findings })], facts: {}, files: [] } }] as const;
    const html = evidencePage({ ...sampleEvidence("failed"), ...judge(found, [], "2026-11-21") });
    expect(html).toContain("<summary>and 280 more</summary>");
    expect(html.match(/CVE-2026-\d+/g)).toHaveLength(300);
  });
});

it.each([[12.84, "12.8 s"], [59.99, "60 s"], [193.4, "3 min 13 s"], [3725, "1 h 2 min"]])("%d seconds are said as %s", (seconds, words) => {
  expect(duration(seconds)).toBe(words);
});

it("measured values are said with units", () => {
  expect([["freeBytes", 1_646_891_008], ["cloudInitSeconds", 75], ["filesRead", 14_294], ["kernel", "6.1"], ["bootSeconds uefi/nvme", 41.26], ["throughput", 1812.4]].map(([name, value]) => [factName(String(name)), factValue(String(name), value!)])).toEqual([
    ["free", "1.53 GiB"], ["cloud init", "1 min 15 s"], ["files read", "14,294"], ["kernel", "6.1"], ["boot uefi/nvme", "41.3 s"], ["throughput", "1,812 Mbit/s"],
  ]);
});
