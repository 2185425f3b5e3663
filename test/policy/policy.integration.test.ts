import { afterAll, beforeAll, expect, test } from "vitest";
import { Project, tinyFleet } from "../integration/project.ts";
import { policedStack, type PolicedStack } from "./policed-stack.ts";
import { changed, kept, release, tags } from "./registrations.ts";

let stack: PolicedStack;

beforeAll(async () => {
  stack = await policedStack({ amazon: { kind: "aws", kmsKeys: { "eu-central-1": "alias/images", "eu-west-1": "alias/images" } }, "region-one": { kind: "openstack" }, approved: { kind: "openstack", publicApproval: "the security board, minutes of 2026-10-05" } });
});

afterAll(async () => {
  await stack?.remove();
});

const main = "amazon/debian-12@2026.1101.2/raw";
const gallery = { of: "@pulumi/azure-native/compute/gallery.js Gallery", name: "microsoft/gallery", args: { resourceGroupName: "images", sharingProfile: { permissions: "Community" } } };

/** `- [mandatory]  imdsv2  (aws:ec2/ami:Ami: amazon/…)`, as the engine lists what it found. */
function findings(text: string): string[] {
  return [...text.matchAll(/^ *- \[(\w+)\] +(\S+) +\((\S+): (\S+)\)/gm)].map(([, level, rule, , name]) => `${level} ${rule} ${name}`).sort();
}

test("a stack that keeps the rules passes, and says that it was held against them", async () => {
  const { exitCode, text } = await stack.run("preview", kept);
  expect(findings(text)).toEqual([]);
  expect(exitCode, text).toBe(0);
  expect(text).toContain("✅ imagefleet@v0.1.0");
  expect(text, "nothing has to be on PATH").not.toContain("warning:");
});

test("each broken rule is named, with the resource and what to do, and nothing is made", async () => {
  const everyone = { of: "@pulumi/aws/ec2/amiLaunchPermission.js AmiLaunchPermission", name: `${main}/launch/all`, args: { imageId: "ami-1", group: "all" } };
  const broken = [kept[0]!,
    changed(main, { imdsSupport: undefined, deprecationTime: undefined, tags: { ...tags, "imagefleet:key": undefined } }),
    changed("amazon/eu-west-1/debian-12@2026.1101.2/raw", { encrypted: false }),
    changed(`${main}/launch/222222222222`, { accountId: undefined, organizationArn: "arn:aws:organizations::111111111111:organization/o-a1b2c3d4e5" }),
    changed("google/debian-12@2026.1101.2/gce/member/1", { member: "allAuthenticatedUsers" }),
    changed("region-one/debian-12@2026.1101.2/qcow2", { visibility: "community" }),
    gallery, everyone,
  ];
  const { exitCode, text } = await stack.run("preview", broken);
  expect(exitCode).not.toBe(0);
  expect(findings(text)).toEqual([
    `advisory expiry-set ${main}`,
    "mandatory encrypted amazon/eu-west-1/debian-12@2026.1101.2/raw",
    `mandatory imdsv2 ${main}`,
    `mandatory no-wildcard-share ${main}/launch/222222222222`,
    `mandatory public-approved ${main}/launch/all`,
    "mandatory public-approved google/debian-12@2026.1101.2/gce/member/1",
    "mandatory public-approved microsoft/gallery",
    "mandatory public-approved region-one/debian-12@2026.1101.2/qcow2",
    `mandatory tags-complete ${main}`,
  ]);
  expect(text).toContain("its visibility is community");
  expect(text).toContain("what to do: keep it private, or set publicApproval of imagefleet:sites.region-one");
  expect(text).toContain(`tags of ${main} lack, or have wrong: imagefleet:key`);

  const up = await stack.run("up", broken.filter(({ name }) => name === main));
  expect(up.exitCode).not.toBe(0);
  expect(findings(up.text)).toContain(`mandatory imdsv2 ${main}`);
  expect(up.text).not.toMatch(/Ami .*created/);
});

test("the pack's settings choose levels and allow what somebody has decided; what they cannot mean is refused", async () => {
  const open = { ...changed("region-one/debian-12@2026.1101.2/qcow2", { visibility: "public" }), name: "approved/debian-12@2026.1101.2/qcow2" };
  const organization = "arn:aws:organizations::111111111111:organization/o-a1b2c3d4e5";
  const declared = [...kept, open, changed(`${main}/launch/222222222222`, { accountId: undefined, organizationArn: organization })].filter(({ args }) => !("accountId" in args && args.accountId));
  const settings = { "no-wildcard-share": { organizations: [organization] }, "tags-complete": { enforcementLevel: "advisory", also: ["cost-centre"] } };
  const allowed = await stack.run("preview", declared, settings);
  expect(allowed.exitCode, allowed.text).toBe(0);
  expect(new Set(findings(allowed.text).map((line) => line.split(" ").slice(0, 2).join(" ")))).toEqual(new Set(["advisory tags-complete"]));

  const narrowed = await stack.run("preview", declared, { ...settings, "public-approved": { sites: ["region-one"] } });
  expect(narrowed.exitCode).not.toBe(0);
  expect(findings(narrowed.text)).toContain(`mandatory public-approved ${open.name}`);

  const misspelt = await stack.run("preview", kept, { "no-wildcard-share": { organizations: "all" } });
  expect(misspelt.exitCode).not.toBe(0);
  expect(misspelt.text).toMatch(/no-wildcard-share.*organizations/);
});

test("a registration that nothing sealed vouches for is found, and so is one of other bytes than were sealed", async () => {
  const [, format, ...others] = kept;
  const unsealed = await stack.run("preview", others);
  expect(unsealed.exitCode).not.toBe(0);
  expect(findings(unsealed.text)).toContain(`mandatory sealed ${main}`);
  expect(unsealed.text).toContain("nothing in the stack says that debian-12@2026.1101.2 was ever sealed");

  const other = "99".repeat(32);
  const swapped = await stack.run("up", [kept[0]!, { ...format!, args: release, outs: { sha256: other } }, changed(main, {})]);
  expect(swapped.exitCode).not.toBe(0);
  expect(findings(swapped.text)).toEqual([`mandatory sealed ${main}`]);
  expect(swapped.text).toContain(`and what was sealed is sha256:${other}`);
});

test("npm run preview holds the stack against the pack of the project", async () => {
  const project = await Project.create(tinyFleet());
  try {
    const result = await project.run("preview");
    expect(result.exitCode, String(result.all)).toBe(0);
    expect(String(result.all)).toContain("✅ imagefleet@v0.1.0 (local: policy)");
  } finally {
    await project.remove();
  }
});
