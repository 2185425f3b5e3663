import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ConfigFault } from "#model/config/config-error";
import { parseConfig } from "#model/config/parse-config";
import { formatsOf } from "#model/config/sites/site-kinds";
import { faultsOf } from "./faults-of.ts";
import { valid, type Raw } from "./valid.ts";

const subscription = "5f1e0c6a-2b7d-4c39-9a84-d0e6b1f7c258";
const organization = "arn:aws:organizations::012345678901:organization/o-a1b2c3d4e5";
const unit = "arn:aws:organizations::012345678901:ou/o-a1b2c3d4e5/ou-ab12-34567890";

/** A fleet on an AWS account, a gallery of Azure and a project of Google Cloud. */
function clouds(change: (raw: Raw) => void = () => undefined): Raw {
  return valid((raw) => {
    raw.sites.ami = { kind: "aws", account: "012345678901", region: "eu-central-1", copyTo: ["us-east-1"] };
    raw.sites.vhd = { kind: "azure", subscription, resourceGroup: "images", location: "westeurope", storageAccount: "incoming", gallery: "fleet" };
    raw.sites.gce = { kind: "gcp", project: "images-prod", bucket: "incoming" };
    change(raw);
  });
}

type Seed = readonly [what: string, seed: (raw: Raw) => void, fault: Partial<ConfigFault> & { path: string }];

const including = (text: string) => expect.stringContaining(text) as string;
const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`tag-${index}`, "x"]));

const aws: readonly Seed[] = [
  ["no region", (raw) => delete raw.sites.ami.region, { path: "imagefleet:sites.ami.region", problem: "region is not set", hint: including("imagefleet:defaults.sites.aws.region") }],
  ["a zone in place of its region", (raw) => (raw.sites.ami.region = "eu-central-1a"), { path: "imagefleet:sites.ami.region", expected: "the name of a region: eu-central-1" }],
  ["a copy to its own region", (raw) => (raw.sites.ami.copyTo = ["eu-central-1"]), { path: "imagefleet:sites.ami.copyTo[0]", problem: "eu-central-1 is the site's own region" }],
  ["a region to copy to twice", (raw) => (raw.sites.ami.copyTo = ["us-east-1", "us-east-1"]), { path: "imagefleet:sites.ami.copyTo[1]", problem: "the region us-east-1 is listed already" }],
  ["an account that is a number", (raw) => (raw.sites.ami.account = 123456789012), { path: "imagefleet:sites.ami.account", hint: including('quote it, "123456789012"') }],
  ["an account that has lost a zero", (raw) => (raw.sites.ami.account = 12345678901), { path: "imagefleet:sites.ami.account", problem: "found the number 12345678901", hint: including('quote it, "012345678901"') }],
  ["a share that is a number", (raw) => (raw.sites.ami.shareWith = [123456789012]), { path: "imagefleet:sites.ami.shareWith[0]", hint: including('quote it, "123456789012"') }],
  ["a share that has lost its zeros", (raw) => (raw.sites.ami.shareWith = ["111111111111", "1234567890"]), { path: "imagefleet:sites.ami.shareWith[1]", hint: including('quote it, "001234567890"') }],
  ["a share's account that has lost a zero", (raw) => (raw.sites.ami.shareWith = [{ account: 12345678901 }]), { path: "imagefleet:sites.ami.shareWith[0].account", hint: including('quote it, "012345678901"') }],
  ["a share without an account", (raw) => (raw.sites.ami.shareWith = [{ role: "arn:aws:iam::111111111111:role/tags" }]), { path: "imagefleet:sites.ami.shareWith[0].account", problem: "found nothing" }],
  ["a misspelt setting of a share", (raw) => (raw.sites.ami.shareWith = [{ account: "111111111111", rolle: "x" }]), { path: "imagefleet:sites.ami.shareWith[0].rolle", nearest: "role" }],
  ["a share with an ARN of something else", (raw) => (raw.sites.ami.shareWith = ["arn:aws:iam::111111111111:root"]), { path: "imagefleet:sites.ami.shareWith[0]", expected: including("the ARN of an organization or organizational unit") }],
  ["a share that is a list", (raw) => (raw.sites.ami.shareWith = [["111111111111"]]), { path: "imagefleet:sites.ami.shareWith[0]", problem: "found a list" }],
  ["a role of another account", (raw) => (raw.sites.ami.shareWith = [{ account: "111111111111", role: "arn:aws:iam::222222222222:role/tags" }]), { path: "imagefleet:sites.ami.shareWith[0].role", problem: "the role is of the account 222222222222, not of 111111111111" }],
  ["an account shared with twice", (raw) => (raw.sites.ami.shareWith = ["111111111111", { account: "111111111111" }]), { path: "imagefleet:sites.ami.shareWith[1]", problem: "111111111111 is listed already" }],
  ["an account shared with itself", (raw) => (raw.sites.ami.shareWith = ["012345678901"]), { path: "imagefleet:sites.ami.shareWith[0]", problem: "012345678901 is the site's own account" }],
  ["a role to assume in another account", (raw) => (raw.sites.ami.assumeRole = "arn:aws:iam::222222222222:role/images"), { path: "imagefleet:sites.ami.assumeRole", problem: including("the role is of the account 222222222222") }],
  ["public without an approval", (raw) => (raw.sites.ami.visibility = "public"), { path: "imagefleet:sites.ami.visibility", problem: "public AMIs need an approval" }],
  ["public and encrypted", (raw) => Object.assign(raw.sites.ami, { visibility: "public", publicApproval: "board", kmsKeys: { "eu-central-1": "alias/a", "us-east-1": "alias/a" } }), { path: "imagefleet:sites.ami.kmsKeys", problem: "AMIs that are encrypted cannot be public" }],
  ["public for longer than two years", (raw) => Object.assign(raw.sites.ami, { visibility: "public", publicApproval: "board", deprecateAfter: 731 }), { path: "imagefleet:sites.ami.deprecateAfter", expected: "a whole number of days from 1 to 730" }],
  ["no key for a region", (raw) => (raw.sites.ami.kmsKeys = { "eu-central-1": "alias/a" }), { path: "imagefleet:sites.ami.kmsKeys", problem: "there is no key for us-east-1" }],
  ["a key for a region without AMIs", (raw) => (raw.sites.ami.kmsKeys = { "eu-central-1": "alias/a", "us-east-1": "alias/a", "us-east-2": "alias/a" }), { path: 'imagefleet:sites.ami.kmsKeys.us-east-2', problem: "the site has no AMIs in us-east-2" }],
  ["a key for something that is no region", (raw) => (raw.sites.ami.kmsKeys = { "eu-central-1": "alias/a", us: "alias/a" }), { path: "imagefleet:sites.ami.kmsKeys.us", problem: 'the name "us" cannot be used' }],
  ["a key of another region", (raw) => (raw.sites.ami.kmsKeys = { "eu-central-1": "alias/a", "us-east-1": "arn:aws:kms:eu-central-1:012345678901:alias/a" }), { path: "imagefleet:sites.ami.kmsKeys.us-east-1", problem: "the key is of the region eu-central-1" }],
  ["a faulty key, not missing as well", (raw) => (raw.sites.ami.kmsKeys = { "eu-central-1": "alias/a", "us-east-1": "my key" }), { path: "imagefleet:sites.ami.kmsKeys.us-east-1", expected: including("alias/images") }],
  ["sharing what AWS's own key encrypts", (raw) => Object.assign(raw.sites.ami, { copyTo: [], shareWith: [unit], kmsKeys: { "eu-central-1": "alias/aws/ebs" } }), { path: "imagefleet:sites.ami.kmsKeys.eu-central-1", problem: including("cannot be shared") }],
  ["a tag of AWS's", (raw) => (raw.sites.ami.tags = { "AWS:x": "y" }), { path: 'imagefleet:sites.ami.tags["AWS:x"]', problem: including("written by AWS") }],
  ["a tag of ours", (raw) => (raw.sites.ami.tags = { "imagefleet:key": "y" }), { path: 'imagefleet:sites.ami.tags["imagefleet:key"]', problem: including("written by imagefleet") }],
  ["a name of the user's", (raw) => (raw.sites.ami.tags = { Name: "y" }), { path: "imagefleet:sites.ami.tags.Name" }],
  ["a tag that is a number", (raw) => (raw.sites.ami.tags = { cost: 4711 }), { path: "imagefleet:sites.ami.tags.cost", hint: including('quote it, "4711"') }],
  ["too many tags", (raw) => (raw.sites.ami.tags = many(41)), { path: "imagefleet:sites.ami.tags", problem: "41 tags are too many" }],
  ["more than ten years", (raw) => (raw.sites.ami.deprecateAfter = 3651), { path: "imagefleet:sites.ami.deprecateAfter", expected: "a whole number of days from 1 to 3650" }],
  ["a duration in words", (raw) => (raw.sites.ami.deprecateAfter = "90d"), { path: "imagefleet:sites.ami.deprecateAfter" }],
  ["an import without a bucket", (raw) => (raw.sites.ami.snapshotImport = {}), { path: "imagefleet:sites.ami.snapshotImport.bucket", problem: "found nothing" }],
  ["a region in two sites", (raw) => (raw.sites.us = { kind: "aws", account: "012345678901", region: "us-east-1" }), { path: "imagefleet:sites.us.region", problem: "the region us-east-1 of the account 012345678901 is that of the site ami already" }],
  ["a region in two sites, the account told by its role", (raw) => (raw.sites.us = { kind: "aws", assumeRole: "arn:aws:iam::012345678901:role/i", region: "us-west-1", copyTo: ["us-east-1"] }), { path: "imagefleet:sites.us.copyTo[0]" }],
];

const azure: readonly Seed[] = [
  ["no storage account", (raw) => delete raw.sites.vhd.storageAccount, { path: "imagefleet:sites.vhd.storageAccount", problem: "storageAccount is not set" }],
  ["a subscription that is no UUID", (raw) => (raw.sites.vhd.subscription = "prod"), { path: "imagefleet:sites.vhd.subscription", expected: "a UUID" }],
  ["a region as the portal writes it", (raw) => (raw.sites.vhd.location = "West Europe"), { path: "imagefleet:sites.vhd.location", hint: "write westeurope" }],
  ["a replica's region as the portal writes it", (raw) => (raw.sites.vhd.replicateTo = ["North Europe"]), { path: "imagefleet:sites.vhd.replicateTo[0]", hint: "write northeurope" }],
  ["a storage account with a hyphen", (raw) => (raw.sites.vhd.storageAccount = "images-in"), { path: "imagefleet:sites.vhd.storageAccount" }],
  ["a storage account whose name is too long", (raw) => (raw.sites.vhd.storageAccount = "a".repeat(25)), { path: "imagefleet:sites.vhd.storageAccount" }],
  ["a container with two hyphens", (raw) => (raw.sites.vhd.container = "a--b"), { path: "imagefleet:sites.vhd.container" }],
  ["a container whose name is too short", (raw) => (raw.sites.vhd.container = "ab"), { path: "imagefleet:sites.vhd.container" }],
  ["a gallery with a hyphen", (raw) => (raw.sites.vhd.gallery = "my-fleet"), { path: "imagefleet:sites.vhd.gallery", hint: "galleries have no hyphens in their names" }],
  ["a resource group with a dot last", (raw) => (raw.sites.vhd.resourceGroup = "images."), { path: "imagefleet:sites.vhd.resourceGroup" }],
  ["replicas of managed images", (raw) => Object.assign(raw.sites.vhd, { gallery: undefined, replicateTo: ["northeurope"] }), { path: "imagefleet:sites.vhd.replicateTo", problem: "managed images have no replicateTo", hint: "set gallery, or remove it" }],
  ["a managed image's end of life", (raw) => Object.assign(raw.sites.vhd, { gallery: undefined, endOfLifeAfter: 30 }), { path: "imagefleet:sites.vhd.endOfLifeAfter" }],
  ["a managed image with trusted launch", (raw) => Object.assign(raw.sites.vhd, { gallery: undefined, security: "trustedLaunch" }), { path: "imagefleet:sites.vhd.security" }],
  ["a misspelt gallery, not missing as well", (raw) => Object.assign(raw.sites.vhd, { gallery: undefined, galery: "fleet", endOfLifeAfter: 30 }), { path: "imagefleet:sites.vhd.galery", nearest: "gallery" }],
  ["a replica in its own location", (raw) => (raw.sites.vhd.replicateTo = [{ region: "westeurope", replicas: 2 }]), { path: "imagefleet:sites.vhd.replicateTo[0]", problem: "westeurope is the site's own location" }],
  ["a region twice", (raw) => (raw.sites.vhd.replicateTo = ["northeurope", { region: "northeurope" }]), { path: "imagefleet:sites.vhd.replicateTo[1]", problem: "the region northeurope is listed already" }],
  ["no replicas in a region", (raw) => (raw.sites.vhd.replicateTo = [{ region: "northeurope", replicas: 0 }]), { path: "imagefleet:sites.vhd.replicateTo[0].replicas", expected: "a whole number of replicas from 1 to 100" }],
  ["a misspelt security type", (raw) => (raw.sites.vhd.security = "trustedlaunch"), { path: "imagefleet:sites.vhd.security" }],
  ["a tag with a slash", (raw) => (raw.sites.vhd.tags = { "a/b": "x" }), { path: 'imagefleet:sites.vhd.tags["a/b"]', problem: 'the name "a/b" cannot be used' }],
  ["a tag of Azure's", (raw) => (raw.sites.vhd.tags = { "Microsoft.x": "y" }), { path: 'imagefleet:sites.vhd.tags["Microsoft.x"]', problem: including("Azure's own") }],
  ["a tag of ours, in capitals", (raw) => (raw.sites.vhd.tags = { "ImageFleet:Key": "y" }), { path: 'imagefleet:sites.vhd.tags["ImageFleet:Key"]' }],
  ["a tag in capitals and not", (raw) => (raw.sites.vhd.tags = { team: "a", Team: "b" }), { path: "imagefleet:sites.vhd.tags.Team" }],
  ["too many tags", (raw) => (raw.sites.vhd.tags = many(16)), { path: "imagefleet:sites.vhd.tags", expected: "at most 15" }],
  ["a gallery in two sites", (raw) => (raw.sites["vhd-2"] = { ...raw.sites.vhd, gallery: "Fleet", container: "other" }), { path: "imagefleet:sites.vhd-2.gallery", problem: including("the gallery fleet in the resource group images") }],
  ["managed images in one group", (raw) => {
    delete raw.sites.vhd.gallery;
    raw.sites["vhd-2"] = { ...raw.sites.vhd, container: "other", subscription: subscription.toUpperCase() };
  }, { path: "imagefleet:sites.vhd-2.resourceGroup", problem: including("is that of the site vhd already") }],
  ["a container in two sites", (raw) => (raw.sites["vhd-2"] = { ...raw.sites.vhd, gallery: "other" }), { path: "imagefleet:sites.vhd-2.container", problem: including("the container imagefleet of the storage account incoming") }],
];

const gcp: readonly Seed[] = [
  ["no bucket", (raw) => delete raw.sites.gce.bucket, { path: "imagefleet:sites.gce.bucket", problem: "bucket is not set" }],
  ["a project's name in place of its id", (raw) => (raw.sites.gce.project = "Images"), { path: "imagefleet:sites.gce.project" }],
  ["a project's number", (raw) => (raw.sites.gce.project = 123456789012), { path: "imagefleet:sites.gce.project" }],
  ["a bucket's URL", (raw) => (raw.sites.gce.bucket = "gs://incoming/images"), { path: "imagefleet:sites.gce.bucket", hint: "write the name alone: incoming" }],
  ["a bucket of Google's", (raw) => (raw.sites.gce.bucket = "google-images"), { path: "imagefleet:sites.gce.bucket" }],
  ["a zone to keep images in", (raw) => (raw.sites.gce.storageLocations = ["europe-west3-a"]), { path: "imagefleet:sites.gce.storageLocations[0]" }],
  ["a licence by its name", (raw) => (raw.sites.gce.licenses = ["debian-12"]), { path: "imagefleet:sites.gce.licenses[0]" }],
  ["a misspelt feature", (raw) => (raw.sites.gce.guestOsFeatures = ["SEV_CAPABEL"]), { path: "imagefleet:sites.gce.guestOsFeatures[0]", expected: including("SEV_CAPABLE") }],
  ["a label in capitals", (raw) => (raw.sites.gce.labels = { Team: "a" }), { path: "imagefleet:sites.gce.labels.Team" }],
  ["a label's value in capitals", (raw) => (raw.sites.gce.labels = { team: "A" }), { path: "imagefleet:sites.gce.labels.team" }],
  ["a label of ours", (raw) => (raw.sites.gce.labels = { "imagefleet-key": "a" }), { path: "imagefleet:sites.gce.labels.imagefleet-key", problem: including("written by imagefleet") }],
  ["a label of Google's", (raw) => (raw.sites.gce.labels = { "goog-x": "a" }), { path: "imagefleet:sites.gce.labels.goog-x", problem: including("Google's own") }],
  ["too many labels", (raw) => (raw.sites.gce.labels = many(51)), { path: "imagefleet:sites.gce.labels", problem: "51 labels are too many" }],
  ["a member by address alone", (raw) => (raw.sites.gce.members = ["me@example.com"]), { path: "imagefleet:sites.gce.members[0]", hint: including("group:me@example.com") }],
  ["everyone without an approval", (raw) => (raw.sites.gce.members = ["domain:example.com", "allUsers"]), { path: "imagefleet:sites.gce.members[1]", problem: including("need an approval") }],
  ["everyone who has an account, without an approval", (raw) => (raw.sites.gce.members = ["allAuthenticatedUsers"]), { path: "imagefleet:sites.gce.members[0]" }],
  ["public and encrypted", (raw) => Object.assign(raw.sites.gce, { members: ["allUsers"], publicApproval: "board", kmsKey: "projects/p/locations/eu/keyRings/r/cryptoKeys/k" }), { path: "imagefleet:sites.gce.kmsKey", problem: including("cannot be public") }],
  ["a member twice", (raw) => (raw.sites.gce.members = ["domain:example.com", "domain:example.com"]), { path: "imagefleet:sites.gce.members[1]" }],
  ["a key by its name", (raw) => (raw.sites.gce.kmsKey = "k"), { path: "imagefleet:sites.gce.kmsKey", expected: including("cryptoKeys") }],
  ["a project in two sites", (raw) => (raw.sites["gce-2"] = { ...raw.sites.gce, bucket: "other" }), { path: "imagefleet:sites.gce-2.project", problem: "the project images-prod is that of the site gce already" }],
  ["a bucket in two sites", (raw) => (raw.sites["gce-2"] = { ...raw.sites.gce, project: "images-test" }), { path: "imagefleet:sites.gce-2.bucket", problem: "the bucket incoming is that of the site gce already" }],
];

describe("a fault of a public cloud", () => {
  it.each([...aws, ...azure, ...gcp])("is reported alone, with its path: %s", (_, seed, fault) => {
    expect(faultsOf(clouds((raw) => void seed(raw)))).toEqual([expect.objectContaining(fault)]);
  });

  it("does not hide those elsewhere: all are told at once", () => {
    const choice = fc.tuple(fc.constantFrom(...aws), fc.constantFrom(...azure), fc.constantFrom(...gcp));
    fc.assert(fc.property(choice, (chosen) => {
      const faults = faultsOf(clouds((raw) => chosen.forEach(([, seed]) => seed(raw))));
      expect(faults.map(({ path }) => path).sort()).toEqual(chosen.map(([, , { path }]) => path).sort());
    }));
  });

  it("is none where it cannot be told whose credentials are whose, or sites have nothing in common", () => {
    expect(faultsOf(clouds((raw) => {
      raw.sites.us = { kind: "aws", region: "us-east-1", profile: "other" };
      raw.sites.there = { kind: "aws", account: "111111111111", region: "us-east-1" };
      raw.sites.managed = { ...raw.sites.vhd, gallery: undefined, container: "managed" };
    }))).toEqual([]);
  });
});

describe("an AWS account", () => {
  it("has what it says, and defaults for the rest", () => {
    expect(parseConfig(clouds()).sites["ami"]).toEqual({
      kind: "aws", name: "ami", account: "012345678901", region: "eu-central-1", copyTo: ["us-east-1"], visibility: "private", shareWith: { accounts: [], organizations: [], organizationalUnits: [] },
      kmsKeys: {}, tpm: false, tags: {},
    });
    const { sites } = parseConfig(clouds((raw) => (raw.sites.ami.snapshotImport = { bucket: "incoming" })));
    expect(sites["ami"]).toMatchObject({ snapshotImport: { bucket: "incoming", role: "vmimport" } });
    expect(formatsOf(sites["ami"]!)).toEqual(["raw"]);
  });

  it("takes one list of all whom it shares with, each in its own form", () => {
    const role = "arn:aws:iam::222222222222:role/team/tags";
    expect(parseConfig(clouds((raw) => (raw.sites.ami.shareWith = ["111111111111", unit, { account: "222222222222", role }, organization]))).sites["ami"]).toMatchObject({
      shareWith: { accounts: [{ account: "111111111111" }, { account: "222222222222", role }], organizations: [organization], organizationalUnits: [unit] },
    });
  });

  it("may be public where somebody approved it, and encrypted where each region has a key", () => {
    expect(faultsOf(clouds((raw) => Object.assign(raw.sites.ami, { visibility: "public", publicApproval: "the board, 2 November", deprecateAfter: 730 })))).toEqual([]);
    expect(faultsOf(clouds((raw) => Object.assign(raw.sites.ami, { shareWith: [organization], kmsKeys: { "eu-central-1": "alias/images", "us-east-1": "mrk-0123456789abcdef0123456789abcdef" } })))).toEqual([]);
  });
});

describe("a subscription of Azure", () => {
  it("has what it says, and defaults for the rest", () => {
    const given = { replicateTo: ["northeurope", { region: "swedencentral" }, { region: "uksouth", replicas: 3 }], subscription: subscription.toUpperCase() };
    const site = parseConfig(clouds((raw) => Object.assign(raw.sites.vhd, given))).sites["vhd"]!;
    expect(site).toEqual({
      kind: "azure", name: "vhd", subscription, resourceGroup: "images", location: "westeurope", storageAccount: "incoming", container: "imagefleet", gallery: "fleet", replicas: 1, publisher: "imagefleet", tags: {},
      replicateTo: [{ region: "northeurope", replicas: 1 }, { region: "swedencentral", replicas: 1 }, { region: "uksouth", replicas: 3 }],
    });
    expect(formatsOf(site)).toEqual(["vhd"]);
  });
});

describe("a project of Google Cloud", () => {
  it("has what it says, and defaults for the rest", () => {
    const site = parseConfig(clouds((raw) => (raw.sites.gce.storageLocations = ["eu", "eu"]))).sites["gce"]!;
    expect(site).toEqual({
      kind: "gcp", name: "gce", project: "images-prod", bucket: "incoming", storageLocations: ["eu"], licenses: [], guestOsFeatures: [], secureBoot: false, labels: {}, members: [],
    });
    expect(formatsOf(site)).toEqual(["gce"]);
  });
});
