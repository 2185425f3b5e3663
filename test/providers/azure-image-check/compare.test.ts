import { expect, test } from "vitest";
import { differences } from "#providers/azure-image-check/compare";
import { expectationIn, keptExpectation, shortExpectation, type AzureExpectation } from "#providers/azure-image-check/expectation";
import { profileOf } from "#providers/azure-image-check/settle";
import { parseRegistered } from "#providers/shared/azure/registered-image";

const release = { image: "debian-12", version: "2026.1101.1" };
const expected: AzureExpectation = {
  tags: { team: "platform", "imagefleet:stack": "fleet/prod", "imagefleet:key": "a1".repeat(32), "imagefleet:image": release.image, "imagefleet:version": release.version }, size: 4, generation: "V2", features: ["SecurityType=TrustedLaunchSupported"],
  regions: [{ region: "westeurope", replicas: 1 }, { region: "northeurope", replicas: 2 }], endOfLife: "2027-11-01T00:00:00Z",
};
const definition = { tags: {}, generation: "V2", architecture: "x64", features: ["DiskControllerTypes=SCSI", "SecurityType=TrustedLaunchSupported"] };

/** As Azure answers: regions by their long names, instants in another spelling. */
function version(profile: object = {}, more: object = {}, status: readonly string[] = ["Completed", "Completed"]) {
  return parseRegistered({
    id: "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/galleries/fleet/images/debian-12/versions/2026.1101.1", name: "2026.1101.1", tags: expected.tags, ...more,
    properties: {
      provisioningState: "Succeeded", storageProfile: { osDiskImage: { sizeInGB: 4 } },
      publishingProfile: { targetRegions: [{ name: "West Europe", regionalReplicaCount: 1, storageAccountType: "Standard_ZRS" }, { name: "North Europe", regionalReplicaCount: 2 }], endOfLifeDate: "2027-11-01T00:00:00+00:00", excludeFromLatest: false, publishedDate: "2026-11-01T00:00:00+00:00", ...profile },
      replicationStatus: { summary: [{ region: "West Europe", state: status[0] }, { region: "North Europe", state: status[1] }] },
    },
  })!;
}

function without(tags: Readonly<Record<string, string>>, name: string): Record<string, string> {
  return Object.fromEntries(Object.entries(tags).filter(([one]) => one !== name));
}

const said = (...args: Parameters<typeof version>) => differences(version(...args), expected, definition).map(({ what }) => what);

test("what is as expected has no differences, however Azure spells it, and the state keeps all that is expected", () => {
  expect(said()).toEqual([]);
  const { endOfLife: _, ...unending } = { ...expected, regions: [] };
  for (const each of [expected, unending]) expect(expectationIn(keptExpectation(each), release)).toEqual(each);
});

test("each difference is said, and what Azure never changes is not tried", () => {
  const tags = { ...expected.tags, team: "others", added: "1", "imagefleet:version": "2026.1101.2" };
  expect(said({ targetRegions: [{ name: "West Europe", regionalReplicaCount: 3 }, { name: "East US" }], endOfLifeDate: undefined }, { tags: without(tags, "imagefleet:stack") })).toEqual([
    "tag team is others, not platform", "tag imagefleet:stack missing", "tag imagefleet:version is 2026.1101.2, not 2026.1101.1", "tag added added", "3 replicas in westeurope, not 1", "not in northeurope", "in eastus too", "its end of life is unset, not 2027-11-01T00:00:00Z",
  ]);
  expect(said({}, {}, ["Completed", "Failed"])).toEqual(["its replication to northeurope failed"]);
  const others = differences({ ...version(), size: 8 }, expected, { ...definition, generation: "V1", features: [] });
  expect(others).toEqual([{ what: "its disk has 8 GiB, not 4" }, { what: "it is of generation V1, not V2" }, { what: "its definition says standard security, not SecurityType=TrustedLaunchSupported" }]);
});

test("a later look, which keeps no long values, sees the same and names what differs", () => {
  const kept = expectationIn(shortExpectation(keptExpectation(expected)), release);
  expect(JSON.stringify(kept)).not.toContain(expected.tags["imagefleet:key"]!.slice(0, 8));
  const seen = (tags: Record<string, string>) => differences(version({}, { tags }), kept).map(({ what }) => what);
  expect(seen(expected.tags)).toEqual([]);
  expect(seen({ ...expected.tags, "imagefleet:channel:stable": "2026.1101.1" })).toEqual([]);
  expect(seen({ ...expected.tags, team: "others", "imagefleet:key": `${"a1".repeat(31)}a2`, added: "1" })).toEqual(["tag team is others, not platform", "tag imagefleet:key changed", "tag added added"]);
  expect(seen(without(expected.tags, "imagefleet:key"))).toEqual(["tag imagefleet:key missing"]);
});

test("a repair leaves the pointer of channels and the storage type as they are", () => {
  expect(profileOf(expected, version({ targetRegions: [{ name: "West Europe", regionalReplicaCount: 9, storageAccountType: "Standard_ZRS" }] }).profile!)).toEqual({
    excludeFromLatest: false, endOfLifeDate: "2027-11-01T00:00:00Z",
    targetRegions: [{ name: "westeurope", regionalReplicaCount: 1, storageAccountType: "Standard_ZRS" }, { name: "northeurope", regionalReplicaCount: 2 }],
  });
});
