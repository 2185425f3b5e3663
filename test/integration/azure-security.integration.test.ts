import { afterAll, beforeAll, expect, test } from "vitest";
import { storeRealRelease } from "../store/real-release.ts";
import { AzureFleet, id } from "./azure-fleet.ts";
import { messageOf, transcript } from "./transcript.ts";

/** Machines of the second generation with a trusted launch, on the real engine; steps of one story, in this order. */
const definitionType = "Microsoft.Compute/galleries/images";

let fleet: AzureFleet;
beforeAll(async () => {
  fleet = await AzureFleet.create({ site: { security: "trustedLaunch" }, os: { family: "debian", release: "12", arch: "x86_64", firmware: ["uefi"] } });
});
afterAll(() => fleet?.remove());

/** As on a machine that nobody has logged in on. */
const loggedOut = { IDENTITY_ENDPOINT: undefined, IDENTITY_HEADER: undefined };

test("without a login, a preview says so and shows what is known", async () => {
  const { all, exitCode } = await fleet.project.run("preview", [], { env: { ...fleet.project.env, ...loggedOut } });
  const text = String(all);
  await transcript("azure-no-login", messageOf(text, /unreachable, left out of this run/));
  expect(exitCode, text).toBe(0);
  expect(text).toContain(`${id.image}@${id.version}`);
  expect(fleet.azure.arm.count({ path: /subscriptions/ }).requests).toBe(0);
});

test("an image that boots on UEFI has a definition of the second generation with a trusted launch, and its version is one of it", async () => {
  await fleet.up();
  expect(fleet.azure.outOfBand.all(definitionType)).toMatchObject([{ name: "tiny", properties: { hyperVGeneration: "V2", architecture: "x64", features: [{ name: "SecurityType", value: "TrustedLaunch" }] } }]);
  await fleet.requireConverged();
  const seen = await fleet.drift();
  expect(seen.exitCode, seen.text).toBe(0);
  const preview = await fleet.project.pulumi("preview", "--refresh", "--expect-no-changes");
  expect(preview.exitCode, preview.text).toBe(0);
});

test("one that boots on BIOS alone is refused there, and nothing of it is sent; the older one stays", async () => {
  fleet.heal();
  await storeRealRelease(fleet.project.store, { ...id, version: "2026.1101.2" }, ["vhd"]);
  expect(await fleet.failingUp()).toMatch(/cannot make an image with the security type trustedLaunch \(cloud\): the image boots on BIOS alone/);
  expect(fleet.versions.map(({ name }) => name)).toEqual([id.version]);
  expect(fleet.azure.blobs.count({ method: "PUT" }).requests).toBe(0);
});
