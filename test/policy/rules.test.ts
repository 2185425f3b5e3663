import fc from "fast-check";
import { afterEach, expect, test, vi } from "vitest";
import { ourTags } from "#model/tags";
import { plain, releaseIn, unknown, type Declared } from "../../policy/declared.ts";
import { encrypted } from "../../policy/rules/encrypted.ts";
import { expirySet } from "../../policy/rules/expiry-set.ts";
import { imdsv2 } from "../../policy/rules/imdsv2.ts";
import { noWildcardShare } from "../../policy/rules/no-wildcard-share.ts";
import { publicApproved } from "../../policy/rules/public-approved.ts";
import { sealFaults } from "../../policy/rules/sealed.ts";
import { tagsComplete } from "../../policy/rules/tags-complete.ts";
import { rules } from "../../policy/rules.ts";
import { keptExpectation } from "../../providers/gcp-image-check/kept.ts";
import { facts, tags } from "./registrations.ts";

afterEach(() => vi.unstubAllEnvs());

const ami = "aws:ec2/ami:Ami";
const name = "amazon/debian-12@2026.1101.2/raw";
const disks = [{ deviceName: "/dev/xvda" }];

function of(type: string, props: Declared["props"], resource = name): Declared {
  return { type, name: resource, props };
}

/** As the engine gives it to a pack. */
function configured(sites: object): void {
  vi.stubEnv("PULUMI_CONFIG", JSON.stringify({ "imagefleet:sites": JSON.stringify(sites) }));
}

test.for([
  ["openstack:images/image:Image", { visibility: "public" }],
  ["openstack:images/image:Image", { visibility: "community" }],
  ["aws:ec2/amiLaunchPermission:AmiLaunchPermission", { group: "all" }],
  ["aws:ec2/snapshotCreateVolumePermission:SnapshotCreateVolumePermission", { accountId: "all" }],
  ["azure-native:compute:Gallery", { sharingProfile: { permissions: "Community" } }],
  ["azure-native:compute/v20240303:Gallery", { sharingProfile: { permissions: "Community" } }],
  ["gcp:compute/imageIamMember:ImageIamMember", { member: "allUsers" }],
  ["gcp:compute/imageIamBinding:ImageIamBinding", { members: ["group:a@example.com", "allAuthenticatedUsers"] }],
  ["gcp:compute/imageIamPolicy:ImageIamPolicy", { policyData: '{"bindings":[{"members":["allUsers"]}]}' }],
] as const)("%s with %j is public, and needs an approval", ([type, props]) => {
  const faults = (settings = {}) => publicApproved.faults(of(type, props), settings);
  expect(faults()).toEqual([expect.stringMatching(/^amazon\/debian-12@2026\.1101\.2\/raw is public: .*\nwhat to do: /)]);
  expect(faults({ sites: ["amazon"] })).toEqual([]);
  configured({ amazon: { kind: "aws", publicApproval: "the security board" } });
  expect(faults()).toEqual([]);
  expect(faults({ sites: ["elsewhere"] }), "the pack's own list is the last word").toHaveLength(1);
  configured({ amazon: { kind: "aws", publicApproval: " " } });
  expect(faults()).toHaveLength(1);
});

test("what is private, or shared by name, needs no approval", () => {
  expect(publicApproved.faults(of("openstack:images/image:Image", { visibility: "shared" }), {})).toEqual([]);
  expect(publicApproved.faults(of("aws:ec2/amiLaunchPermission:AmiLaunchPermission", { accountId: "222222222222" }), {})).toEqual([]);
  expect(publicApproved.faults(of("azure-native:compute:Gallery", { sharingProfile: unknown }), {})).toEqual([]);
  expect(publicApproved.faults(of("anything:else", { visibility: "public" }), {})).toEqual([]);
});

test("patterns name nobody, whole organizations only whom the settings allow", () => {
  const organizationArn = "arn:aws:organizations::111111111111:organization/o-a1b2c3d4e5";
  const launch = (props: object, settings = {}) => noWildcardShare.faults(of("aws:ec2/amiLaunchPermission:AmiLaunchPermission", { ...props }), settings);
  expect(launch({ accountId: "*" }, { organizations: ["*"] })).toHaveLength(1);
  expect(launch({ organizationArn })).toEqual([expect.stringContaining(`shared with all of ${organizationArn}`)]);
  expect(launch({ organizationArn }, { organizations: [organizationArn] })).toEqual([]);
  expect(launch({ organizationalUnitArn: "arn:aws:organizations::111111111111:ou/o-a1b2c3d4e5/ou-ab12-34567890" }), "a unit is no whole").toEqual([]);
  const member = (who: string) => noWildcardShare.faults(of("gcp:compute/imageIamMember:ImageIamMember", { member: who }), {});
  expect(["domain:example.com", "principalSet://iam.googleapis.com/projects/1/x", "group:builders@example.com"].map((who) => member(who).length)).toEqual([1, 1, 0]);
});

test("marks that are missing, malformed, or of another release are named, and what is not known yet is let pass", () => {
  const faults = (given: unknown, settings = {}) => tagsComplete.faults(of(ami, { tags: given }), settings);
  expect(faults(tags)).toEqual([]);
  expect(faults(unknown)).toEqual([]);
  expect(faults({ ...tags, "imagefleet:sha256": unknown })).toEqual([]);
  expect(faults(undefined)).toEqual([expect.stringContaining("imagefleet:image, imagefleet:version, imagefleet:key, imagefleet:sha256, imagefleet:stack")]);
  expect(faults({ ...tags, "imagefleet:sha256": "ab" })).toEqual([expect.stringContaining("have wrong: imagefleet:sha256\n")]);
  expect(faults({ ...tags, "imagefleet:version": "2026.1101.3" })).toEqual([expect.stringContaining("have wrong: imagefleet:version\n")]);
  expect(faults(tags, { also: ["cost-centre"] })).toEqual([expect.stringContaining("cost-centre\nwhat to do: add them to tags of the site")]);
  expect(tagsComplete.faults({ ...of(ami, {}), ignored: ["tags"] }, {}), "found as a killed run left it: its check writes them").toEqual([]);
  expect(tagsComplete.faults({ ...of(ami, { tags: { ...tags, "imagefleet:stack": "" } }), ignored: ["tags"] }, {})).toHaveLength(1);
  expect(tagsComplete.faults(of("gcp:compute/image:Image", { description: "mine" }, "google/debian-12@2026.1101.2/gce"), { also: ["cost-centre"] })).toEqual([expect.stringContaining("key:, sha256:, <project>/<stack>\n")]);
});

test("whatever release a component registers, its tags keep the rule", () => {
  const digits = fc.array(fc.constantFrom(..."0123456789abcdef"), { minLength: 64, maxLength: 64 }).map((all) => all.join(""));
  const image = fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/);
  fc.assert(fc.property(image, fc.integer({ min: 1, max: 99 }), digits, digits, (imageName, serial, key, sha256) => {
    const version = `2026.1101.${serial}`;
    const given = ourTags({ image: imageName, version, key, sha256, stack: "images/prod" });
    expect(tagsComplete.faults(of(ami, { tags: given }, `amazon/${imageName}@${version}/raw`), {})).toEqual([]);
  }));
});

test("disks are encrypted where the stack has keys, and where the settings say so", () => {
  const copy = (props: object, settings = {}) => encrypted.faults(of("aws:ec2/amiCopy:AmiCopy", { ...props }), settings);
  expect(copy({})).toEqual([]);
  expect(copy({}, { sites: ["amazon"] })).toHaveLength(1);
  expect(copy({}, { sites: ["*"] })).toHaveLength(1);
  configured({ amazon: { kmsKeys: { "eu-west-1": "alias/images" } }, google: { kmsKey: "projects/p/cryptoKeys/k" } });
  expect(copy({})).toEqual([expect.stringContaining("set kmsKeys of imagefleet:sites.amazon")]);
  expect(copy({ encrypted: true, kmsKeyId: unknown })).toEqual([]);
  expect(copy({ encrypted: false, kmsKeyId: "arn" })).toHaveLength(1);
  expect(encrypted.faults(of("gcp:compute/image:Image", { imageEncryptionKey: {} }, "google/debian-12@2026.1101.2/gce"), {})).toHaveLength(1);
  expect(encrypted.faults(of("pulumi-nodejs:dynamic/imagefleet:EbsSnapshot", { kmsKey: "alias/images" }), {})).toEqual([]);
});

test("an AMI asks for IMDSv2, but one that was only found is its original's affair", () => {
  expect(imdsv2.faults(of(ami, { ebsBlockDevices: disks }), {})).toEqual([expect.stringContaining('imdsSupport "v2.0"')]);
  expect(imdsv2.faults(of(ami, { ebsBlockDevices: unknown, imdsSupport: "v2.0" }), {})).toEqual([]);
  expect(imdsv2.faults(of(ami, {}), {})).toEqual([]);
});

test("each public cloud is told when an image expires", () => {
  const check = (deprecateAt?: string) => {
    const expected = keptExpectation({ ...facts, project: "p", bucket: "b", superseded: false, labels: {}, licenses: [], storageLocations: [], members: [], guestOsFeatures: [], architecture: "X86_64", diskSizeGb: 10, ...(deprecateAt && { deprecateAt }) } as never);
    return expirySet.faults(of("pulumi-nodejs:dynamic/imagefleet:GcpImageCheck", { expected }, "google/debian-12@2026.1101.2/gce/check"), {});
  };
  expect(check("2027-11-01T00:00:00Z")).toEqual([]);
  expect(check()).toEqual(["google/debian-12@2026.1101.2/gce never expires\nwhat to do: set deprecateAfter of imagefleet:sites.google"]);
  expect(expirySet.faults(of(ami, { deprecationTime: "2027-11-01T00:00:00Z" }), {})).toEqual([]);
  expect(expirySet.faults(of("azure-native:compute:GalleryImageVersion", { publishingProfile: {} }), {})).toEqual([expect.stringContaining("set endOfLifeAfter")]);
  expect(expirySet.faults(of("azure-native:compute:GalleryImageVersion", { publishingProfile: unknown }), {})).toEqual([]);
});

test("what is registered is what was sealed, as far as the stack's own resources tell", () => {
  const digest = facts.sha256;
  const registered = of(ami, { tags });
  const hold = of("dynamic", {}, "hold/debian-12@2026.1101.2");
  const format = (sha256: unknown) => of("dynamic", { sha256 }, "format/raw/debian-12@2026.1101.2");
  const snapshot = (sha256: unknown) => of("dynamic", { sha256 }, `${name}/snapshot`);
  expect(sealFaults([registered])).toEqual([{ name, message: expect.stringContaining("neither its hold nor its format") as string }]);
  expect(sealFaults([registered, hold])).toEqual([]);
  expect(sealFaults([registered, hold, format(digest), snapshot(digest.slice(0, 16))])).toEqual([]);
  expect(sealFaults([registered, hold, format(unknown), snapshot(unknown)])).toEqual([]);
  expect(sealFaults([registered, hold, format("00".repeat(32))])).toHaveLength(1);
  expect(sealFaults([registered, hold, snapshot("0".repeat(16))])).toEqual([{ name, message: expect.stringContaining("the bytes that were sent for it") as string }]);
  expect(sealFaults([of("pulumi-nodejs:dynamic/imagefleet:LocalCatalog", { sha256: digest }, "laptop/debian-12@2026.1101.2/qcow2")])).toHaveLength(1);
});

test("names of registrations are taken apart, with and without a region or a vCenter", () => {
  const release = { image: "debian-12", version: "2026.1101.2" };
  expect(releaseIn("amazon/eu-west-1/debian-12@2026.1101.2/raw")).toEqual({ ...release, format: "raw" });
  expect(releaseIn("laptop/debian-12@2026.1101.2/ova-vmx-10-sha1")).toEqual({ ...release, format: "ova-vmx-10-sha1" });
  expect([releaseIn("amazon/provider"), releaseIn(`${name}/check`)]).toEqual([undefined, undefined]);
});

test("what the pack's library would give up a rule for is unknown, and all else stays plain", () => {
  const trap = { get tags(): never { throw Object.assign(new Error("unknown"), { unknownTypeSentinel: "" }); }, list: [1, { a: null }] };
  expect(plain(trap)).toEqual({ tags: unknown, list: [1, { a: null }] });
  expect(() => plain({ get broken(): never { throw new Error("broken"); } })).toThrow("broken");
});

test("every rule has a name of its own, a description, a level, and settings that schemas describe", () => {
  expect(new Set(rules.map((rule) => rule.name)).size).toBe(rules.length);
  for (const { description, enforcementLevel, configSchema } of rules) {
    expect(description).toMatch(/^[A-Z].*[^.]$/);
    expect(enforcementLevel).toMatch(/^(mandatory|advisory)$/);
    for (const setting of Object.values(configSchema?.properties ?? {})) expect(setting.description).toMatch(/\.$/);
  }
});
