import { afterAll, beforeAll, expect, test } from "vitest";
import { imageNames, manySites, SiteFleet } from "./site-fleet.ts";

/** 41 vCenters in three boundaries and four regions; the benchmark measures the same with more images. */
let fleet: SiteFleet;
beforeAll(async () => { fleet = await SiteFleet.create({ ...manySites, images: 4 }); });
afterAll(() => fleet?.remove());

test("one up converges all of it, and each OVA crosses into a boundary once for each of its publishers", async () => {
  await fleet.up();
  await fleet.requireOneCrossing();
  const items = imageNames(fleet.extent).map((image) => `${image}-2026.1101.1`);
  for (const vcsim of fleet.boundaries.values()) {
    for (const { name } of vcsim.vcenters) expect((await vcsim.items(name)).map((item) => item.name), name).toEqual(items);
  }
  for (const region of fleet.extent.regions) expect((await fleet.openstack.glance(region, "factory").list()).map(({ name }) => name).sort(), region).toEqual(items);
});

test("a second up changes nothing, and a drift run finds nothing", async () => {
  const preview = await fleet.project.run("preview", ["--expect-no-changes"]);
  expect(preview.exitCode, String(preview.all)).toBe(0);
  const drift = await fleet.project.run("drift");
  expect(drift.exitCode, String(drift.all)).toBe(0);
  await fleet.requireOneCrossing();
});
