import { expect, test } from "vitest";
import { provider } from "#providers/test-deploy/provider";
import type { DeployInputs, DeployOutputs } from "#providers/test-deploy/inputs";
import { UNKNOWN } from "#providers/shared/unknown";

const inputs: DeployInputs = {
  site: "corp", vcenter: "vc-b", server: "vc-b.example.com", credentials: "VC_B", image: "tiny", version: "2026.1101.1", libraryId: "library",
  datacenter: "dc", resourcePool: "cluster/Resources", timeout: 15, keep: false,
};
const olds: DeployOutputs = { ...inputs, seconds: 31, address: "192.0.2.7", checkedAt: "2026-11-21T10:00:00.000Z" };

test("a test that passed is repeated for another release or vCenter alone", async () => {
  const diff = (change: object) => provider.diff("id", olds, { ...inputs, ...change });
  expect(await diff({})).toEqual({ changes: false, replaces: [] });
  expect(await diff({ keep: true, timeout: 5, network: "other", server: "moved.example.com", thumbprint: "ab", libraryId: UNKNOWN })).toEqual({ changes: false, replaces: [] });
  for (const name of ["site", "vcenter", "image", "version"]) {
    expect(await diff({ [name]: "other" })).toEqual({ changes: true, replaces: [name] });
    expect(await diff({ [name]: UNKNOWN })).toEqual({ changes: true, replaces: [name] });
  }
});

test("the evidence kept in the state is slim", () => {
  expect(JSON.stringify(olds).length).toBeLessThan(1000);
});
