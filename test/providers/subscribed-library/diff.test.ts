import { expect, test } from "vitest";
import type { SubscribedInputs, SubscribedOutputs } from "#providers/subscribed-library/inputs";
import { provider } from "#providers/subscribed-library/provider";
import { UNKNOWN } from "#providers/shared/unknown";

const thumbprint = "ab".repeat(32);
const inputs: SubscribedInputs = {
  site: "production", vcenter: "subscriber-17", server: "subscriber-17.vc.example.com", credentials: "PRODUCTION_SUBSCRIBER", thumbprint, library: "imagefleet", description: "imagefleet images/production",
  datacenter: "dc1", datastore: "images", download: "immediate", subscriptionUrl: "https://publisher-1.vc.example.com:443/cls/vcsp/lib/0b9e6c6e-2f7c-4a0e-9d1b-3f1f5a7c2d4e/lib.json",
  publisher: { vcenter: "publisher-1", server: "publisher-1.vc.example.com", thumbprint },
};
const olds: SubscribedOutputs = { ...inputs, libraryId: "0b9e6c6e-2f7c-4a0e-9d1b-3f1f5a7c2d4e", sslThumbprint: "AB:".repeat(19) + "AB", state: "correct" };

test("a diff is sure of what it calls unchanged", async () => {
  const diff = (change: object) => provider.diff("id", olds, { ...inputs, ...change });
  expect(await diff({})).toEqual({ changes: false, replaces: [], deleteBeforeReplace: true });
  expect(await diff({ datastore: "other", datacenter: "other" })).toMatchObject({ changes: false }); // a library stays where it is
  for (const value of ["other", UNKNOWN]) {
    for (const name of ["server", "credentials", "thumbprint", "library", "description", "download", "subscriptionUrl"]) expect(await diff({ [name]: value }), name).toMatchObject({ changes: true, replaces: [] });
    for (const name of ["vcenter", "server", "thumbprint"]) expect(await diff({ publisher: { ...inputs.publisher, [name]: value } }), name).toMatchObject({ changes: true, replaces: [] });
  }
});

test.each(["incorrect: called mine here", "unreachable: no answer"])("what a refresh found (%s) is a reason to act", async (state) => {
  expect(await provider.diff("id", { ...olds, state }, inputs)).toMatchObject({ changes: true, replaces: [] });
});

test("the state stays under 2 KB, whatever is wrong", () => {
  expect(Buffer.byteLength(JSON.stringify({ ...olds, state: "x".repeat(320) }))).toBeLessThan(2048);
});
