import { expect, test } from "vitest";
import { parseSourceFacts, type SourceVariables } from "#providers/packer-build/sources/source-facts";

const sha256 = "ab".repeat(32);
const fingerprint = "0123456789ABCDEF0123456789ABCDEF01234567";
const parse = (facts: SourceVariables) => parseSourceFacts(facts, { settings: { suite: "bookworm" }, key: sha256 }, "packer/os/debian/debian-12.pkrvars.hcl");

test("each kind of source is read from its own facts", () => {
  expect(parse({ source_kind: "bootstrap", bootstrap_recipe: "debian" })).toEqual({ kind: "bootstrap", recipe: "debian", settings: { suite: "bookworm" }, key: sha256 });
  expect(parse({ source_kind: "disk", disk_url: "/a.raw", disk_sha256: sha256.toUpperCase(), disk_format: "raw" })).toEqual({ kind: "disk", url: "/a.raw", sha256, format: "raw" });
  expect(parse({ source_kind: "iso", iso_url: "https://example.org/a.iso", iso_sha256: sha256 })).toMatchObject({ kind: "iso", gpg: undefined });
});

test("everything that is missing or wrong is said at once, by its name in the file", () => {
  expect(() => parse({ source_kind: "disk" })).toThrow("disk_url is not set; disk_sha256 is not set; disk_format");
  expect(() => parse({ source_kind: "iso", iso_url: "/a.iso", iso_sha256: "abc" })).toThrow(/packer\/os\/debian.*iso_sha256: is not a SHA-256/);
});

test("a fingerprint may be written in groups, but must be whole", () => {
  const iso = { source_kind: "iso", iso_url: "/a.iso", iso_sha256: sha256, iso_gpg_signature_url: "/a.sig" } as const;
  const grouped = fingerprint.toLowerCase().replaceAll(/(.{4})/g, "$1 ");
  expect(parse({ ...iso, iso_gpg_fingerprint: grouped })).toMatchObject({ gpg: { fingerprint, signatureUrl: "/a.sig" } });
  expect(() => parse({ ...iso, iso_gpg_fingerprint: fingerprint.slice(-16) })).toThrow("iso_gpg_fingerprint: is not a whole fingerprint");
});

test("half of the facts of a signature is refused: the check must not be lost unseen", () => {
  const iso = { source_kind: "iso", iso_url: "/a.iso", iso_sha256: sha256 } as const;
  expect(() => parse({ ...iso, iso_gpg_fingerprint: fingerprint })).toThrow("iso_gpg_signature_url is not set");
  expect(() => parse({ ...iso, iso_gpg_signature_url: "/a.sig" })).toThrow("iso_gpg_fingerprint is not set");
});
