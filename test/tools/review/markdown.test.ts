import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { marker, reviewMarkdown } from "../../../tools/review/markdown.ts";
import { code, table, text } from "../../../tools/review/markdown-text.ts";
import type { Review } from "../../../tools/review/review.ts";
import { everything, nothing } from "./fixture.ts";

const headline = (review: Review) => reviewMarkdown(review).split("\n")[1];

test("a bot finds its former comment by the first line, one for each stack; nothing in it ends the comment", () => {
  expect(reviewMarkdown(nothing).split("\n")[0]).toBe("<!-- imagefleet:preview dev -->");
  fc.assert(fc.property(fc.stringMatching(/^[A-Za-z0-9._-]{1,20}$/), (stack) => {
    const inner = marker(stack).slice("<!--".length, -"-->".length);
    expect(inner).not.toMatch(/--|>/);
  }));
});

test("one line says what happens, and whether it may", () => {
  expect(headline(nothing)).toBe("### ✅ imagefleet `dev`: nothing to do");
  expect(headline({ ...everything, policies: [], keys: [] })).toBe("### ✅ imagefleet `prod`: 1 build, 34 to register, 3 to change, 5 to remove, 1 channel to move; 2 places not looked at");
  expect(headline(everything)).toMatch(/^### ❌ imagefleet `prod`: 1 policy breach; 1 build key not as in fleet\.lock\.json; 1 build, /);
  expect(headline({ ...nothing, complete: false, errors: ["no template"] })).toBe("### ❌ imagefleet `dev`: the preview failed");
});

test("a request is told in both stacks: who asks, for what, and what it waits for", () => {
  const channel = { channel: "stable", image: "debian-12", approval: false, waves: [] };
  const release = "2026.1101.2";
  const markdown = reviewMarkdown({ ...nothing, channels: [
    { ...channel, to: release, via: [release], asks: "nobody is asked yet" }, { ...channel, from: release, to: release, via: [release], asks: "asked on Monday" },
    { ...channel, to: release, via: ["request", "images/dev"], requestOf: "images/dev", waves: [{ wave: 1, sites: ["laptop"], bestEffort: [], pause: 0 }] },
    { ...channel, from: release, to: release, via: [release], waits: "unknown key" }, { ...channel, via: [], waits: "no stack asks for a release" },
  ] });
  expect(markdown).toContain("### ✅ imagefleet `dev`: 1 channel to move, 2 channels asked for");
  expect(markdown.split("\n").filter((line) => line.startsWith("| `stable`"))).toEqual([
    "| `stable` | `debian-12` | *nowhere* → `2026.1101.2` | `2026.1101.2` | asks another stack |",
    "| `stable` | `debian-12` | `2026.1101.2` → `2026.1101.2` | `2026.1101.2` | asks another stack: asked on Monday |",
    "| `stable` | `debian-12` | *nowhere* → `2026.1101.2` | carries out the request of `images/dev` | `laptop` |",
    "| `stable` | `debian-12` | `2026.1101.2` → `2026.1101.2` | `2026.1101.2` | stays: unknown key |",
    "| `stable` | `debian-12` | *nowhere* → *nowhere* |  | stays: no stack asks for a release |",
  ]);
});

test("what is public is said first, also where it could not be looked at", () => {
  const lines = reviewMarkdown({ ...everything, policies: [], keys: [] }).split("\n");
  expect(lines[3]).toBe("> ⚠️ **PUBLIC**");
  expect(lines[5]).toBe("> **Anybody may use `debian-12` `2026.1115.1` on `aws-main`**, which nobody else could before.");
  expect(lines[7]).toContain("`gcp-main` is public by its configuration** and was not looked at");
});

test("every section has what it is for", () => {
  const markdown = reviewMarkdown(everything);
  for (const part of [
    "| `debian-12` | `2026.1115.1` | **register** 3 | **register** 29, *1 place not looked at* | *not looked at* | **register** 2 |",
    "| epoch changed<br>script:debian/cleanup changed<br>",
    "| 6 min (build 65 s, gates 3 min, formats 85 s; from 5 builds by kvm) |",
    "| `stable` | `debian-12` | `2026.1018.1` → `2026.1101.2` | `candidate` → `latest` | 1. `laptop`<br>2. `aws-main`, `corp`, `edge` (best effort) after 30 min<br>needs an approval |",
    "| `account 210987654321` | may use it | `debian-12@2026.1115.1` | `aws-main` |",
    "| `debian-12@2026.1018.1` | `aws-main`, `laptop` | 1 older than the current one stay (retain) |",
    "| `debian-12@2026.1018.2` | CVE-2026-0001 |", "| `debian-12@2026.1101.2` | stable points at it<br>one of",
    "<summary>Sizes: 2 artifacts, 1.06 GiB</summary>",
    "| `debian-12@2026.1115.1` | gce | about 584 MiB | as `2026.1101.2` |",
    "| **mandatory** | `public-approved` | `aws-main/debian-12@2026.1115.1/raw` | Nothing is public without approval<br>aws-main is public, and no approval is signed |",
    "| `debian-12` | `aaaaaaaaaaaa` | `bbbbbbbbbbbb` | epoch changed<br>script:debian/cleanup changed |",
    "<summary>Policy: 1 piece of advice</summary>\n\n|  | policy", "<summary>Shared as former releases are: 1 share</summary>", "<summary>Unchanged: 1 release</summary>", "<summary>Changes and repairs: 2 resources</summary>",
    "| `gcp-main` | there are no credentials | gcloud auth application-default login |",
  ]) expect(markdown).toContain(part);
  expect(markdown).not.toContain("@everyone");
});

test("more sites than a table has room for are told in words", () => {
  const sites = Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`site-${n}`, { deeds: n < 2 ? { register: 1 } : { unchanged: 1 }, notLookedAt: [] }]));
  expect(reviewMarkdown({ ...nothing, releases: [{ image: "x", version: "1", sites, artifacts: [] }] })).toContain("| `x` | `1` | **register** on `site-0`, `site-1`; unchanged on `site-2`, ");
});

test("a comment is never longer than a forge takes", () => {
  const many = <T>(one: T) => Array.from({ length: 3000 }, () => one);
  const huge: Review = {
    ...everything, errors: ["x".repeat(100_000)], complete: false, releases: many(everything.releases[0]!), builds: many({ ...everything.builds[0]!, reasons: many("variable:x changed") }),
    exposures: many(everything.exposures[1]!), removals: many({ ...everything.removals[0]!, places: many("somewhere") }), policies: many({ ...everything.policies[0]!, message: "y".repeat(9000) }), notLookedAt: many(everything.notLookedAt[0]!),
  };
  for (const review of [huge, { ...huge, removals: [] }, { ...nothing, builds: huge.builds }]) {
    expect(reviewMarkdown(review).length).toBeLessThan(65_536);
    expect(reviewMarkdown(review)).toContain(headline(review));
  }
  expect(reviewMarkdown({ ...nothing, builds: huge.builds })).toMatch(/… and \d+ more/);
});

describe("what others wrote stays text", () => {
  const unit = fc.oneof(fc.constantFrom("|", "`", "``", "\\", "\n", "@a", "#1", "<b>", "](x)", "![", "*", "_", "~~", "www.a", "https://a"), fc.string());
  const nasty = fc.array(unit, { maxLength: 8 }).map((parts) => parts.join(""));

  test("in a cell: no column more, no line more, no tag, nobody mentioned", () => {
    fc.assert(fc.property(nasty, (plain) => {
      const row = table(["", ""], [[text(plain), code(plain)]]).split("\n");
      expect(row).toHaveLength(3);
      expect(row[2]!.replace(/\\\\/g, "").match(/(?<!\\)\|/g), row[2]).toHaveLength(3);
      expect(text(plain)).not.toMatch(/<|(?<!\\)[`*_[\]]|[@#]\w|https?:\/\//);
    }));
  });

  test("in a code span: no run of backticks within is as long as those around it", () => {
    fc.assert(fc.property(nasty, (plain) => {
      const span = code(plain);
      const fence = /^`*/.exec(span)![0].length;
      expect([...span.slice(fence, -fence || undefined).matchAll(/`+/g)].every(([run]) => run.length !== fence)).toBe(true);
    }));
  });
});
