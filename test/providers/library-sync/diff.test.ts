import { expect, test } from "vitest";
import { foldNames } from "#providers/library-sync/fold-names";
import type { SyncInputs, SyncOutputs } from "#providers/library-sync/inputs";
import { provider } from "#providers/library-sync/provider";
import { UNKNOWN } from "#providers/shared/unknown";

const thumbprint = "ab".repeat(32);
const uuid = "0b9e6c6e-2f7c-4a0e-9d1b-3f1f5a7c2d4e";
const inputs: SyncInputs = {
  site: "production", vcenter: "subscriber-17", server: "subscriber-17.vc.example.com", credentials: "PRODUCTION_SUBSCRIBER", thumbprint, libraryId: uuid, download: "immediate",
  publisher: { vcenter: "publisher-1", server: "publisher-1.vc.example.com", credentials: "PRODUCTION_PUBLISHER", thumbprint, libraryId: uuid },
  items: foldNames(["a-1.1.1"]),
};
const olds: SyncOutputs = { ...inputs, state: "correct" };

test("a diff is sure of what it calls unchanged", async () => {
  const diff = (change: object) => provider.diff("id", olds, { ...inputs, ...change });
  expect(await diff({})).toEqual({ changes: false, replaces: [] });
  for (const value of ["other", UNKNOWN]) {
    for (const name of ["site", "vcenter", "server", "credentials", "thumbprint", "libraryId", "download", "items"]) expect(await diff({ [name]: value }), name).toEqual({ changes: true, replaces: [] });
    for (const name of ["vcenter", "server", "credentials", "thumbprint", "libraryId"]) expect(await diff({ publisher: { ...inputs.publisher, [name]: value } }), name).toEqual({ changes: true, replaces: [] });
  }
  expect(await diff({ publisher: UNKNOWN })).toEqual({ changes: true, replaces: [] });
});

test.each(["incorrect: a-1.1.1 (not copied)", "missing: a-1.1.1", "unexpected: b-1.1.1", "unreachable: vc-b"])("what a refresh found (%s) is a reason to sync", async (state) => {
  expect(await provider.diff("id", { ...olds, state }, inputs)).toEqual({ changes: true, replaces: [] });
});

test("the state of a subscriber of sixty items stays under 2 KB, whatever their versions and whatever is wrong", () => {
  const images = ["debian-12", "debian-12-web", "rocky-9", "rocky-9-hardened", "ubuntu-24-04", "suse-15-sp6"].flatMap((os) => ["", "-db", "-app", "-pci", "-edge"].map((role) => os + role));
  const names = images.flatMap((image, index) => [`${image}-2026.1015.${index + 1}`, `${image}-2026.1101.${index + 9}`]);
  expect(names).toHaveLength(60);
  const worst = `incorrect: ${names.slice(0, 4).map((name) => `${name} (content version 12, the publisher has 13)`).join(", ")}, and 56 more`;
  const text = JSON.stringify({ ...olds, items: foldNames(names), state: worst });
  expect(Buffer.byteLength(text)).toBeLessThan(2048);
});
