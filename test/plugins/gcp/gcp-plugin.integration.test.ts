import { afterAll, beforeAll, expect, test } from "vitest";
import { GcpClient, sparseArchive } from "../../servers/gcp/fixture.ts";
import { startGcp, type Gcp } from "../../servers/gcp/start-gcp.ts";
import { tinyStack, type TinyStack } from "../tiny-stack.ts";

let gcp: Gcp;
let stack: TinyStack;

beforeAll(async () => {
  gcp = await startGcp();
  stack = await tinyStack("gcp", gcp.env);
  await new GcpClient(gcp).upload("disk.tar.gz", sparseArchive());
});
afterAll(async () => {
  await stack?.remove();
  await gcp?.stop();
});

/** @param options of the image; @param member absent: none. */
function program(args: object, { options = {}, member }: { options?: object; member?: string } = {}): string {
  const all = { name: "debian-12-2026-1101-2", description: "key", guestOsFeatures: [{ type: "GVNIC" }], rawDisk: { source: `https://storage.googleapis.com/${gcp.site.bucket}/disk.tar.gz` }, ...args };
  return `
import { Provider } from "@pulumi/gcp/provider.js";
import { Image } from "@pulumi/gcp/compute/image.js";
import { ImageIamMember } from "@pulumi/gcp/compute/imageIamMember.js";
const provider = new Provider("gcp", { project: ${JSON.stringify(gcp.site.project)}, addPulumiAttributionLabel: false });
const image = new Image("image", ${JSON.stringify(all)}, { provider, deleteBeforeReplace: true, ...${JSON.stringify(options)} });
${member ? `new ImageIamMember("member", { image: image.name, role: "roles/compute.imageUser", member: ${JSON.stringify(member)} }, { provider });` : ""}
export const id = image.id;
export const size = image.diskSizeGb;
`;
}

const name = "debian-12-2026-1101-2";
const member = "group:builders@example.com";

test("registers an image, shares it, changes its labels in place, and finds what others changed", async () => {
  expect(await stack.run("up", program({ labels: { a: "1" } }, { member }))).toMatchObject({ exitCode: 0 });
  expect(await stack.outputs()).toEqual({ id: `projects/${gcp.site.project}/global/images/${name}`, size: 1 });
  expect(gcp.outOfBand.policy(name).bindings).toEqual([{ role: "roles/compute.imageUser", members: [member] }]);
  const { id } = gcp.outOfBand.image(name);
  expect(await stack.run("up", program({ labels: { a: "2" } }, { member }))).toMatchObject({ exitCode: 0 });
  expect(gcp.outOfBand.image(name)).toMatchObject({ id, labels: { a: "2" } });
  gcp.outOfBand.changeLabel(name, "a", "3");
  gcp.outOfBand.changeLabel(name, "theirs", "1");
  gcp.outOfBand.removeMember(name, member);
  expect((await stack.run("refresh", program({}))).text).toMatch(/~ 1 updated[\s\S]*- 1 deleted/);
  expect(await stack.run("up", program({ labels: { a: "2" } }, { member }))).toMatchObject({ exitCode: 0 });
  expect(gcp.outOfBand.image(name)).toMatchObject({ id, labels: { a: "2", theirs: "1" } });
  expect(gcp.outOfBand.policy(name).bindings).toEqual([{ role: "roles/compute.imageUser", members: [member] }]);
});

test("imports what is there, and sets labels in the same run: an import finds none", async () => {
  await stack.forget();
  const { id } = gcp.outOfBand.image(name);
  const options = { import: `projects/${gcp.site.project}/global/images/${name}`, ignoreChanges: ["rawDisk"] };
  const { exitCode, text } = await stack.run("up", program({ labels: { a: "4" } }, { options }));
  expect([exitCode, text]).toEqual([0, expect.stringMatching(/~ 1 updated[\s\S]*= 1 imported/)]);
  expect(gcp.outOfBand.image(name)).toMatchObject({ id, labels: { a: "4", theirs: "1" } });
  expect((await stack.run("preview", program({ labels: { a: "4" } }, { options }))).text).toContain("3 unchanged");
});

test("makes an image anew for what never changes, and refuses what the SDK does not know", async () => {
  const { id } = gcp.outOfBand.image(name);
  expect(await stack.run("up", program({ guestOsFeatures: [{ type: "UEFI_COMPATIBLE" }] }))).toMatchObject({ exitCode: 0 });
  expect(gcp.outOfBand.image(name).id).not.toBe(id);
  expect((await stack.run("up", program({ guestOsFeatures: [{ type: "GVNIC", kind: "x" }] }))).text).toMatch(/the SDK knows no property kind/);
  expect((await stack.run("up", program({ name: "Bad.Name" }))).text).toContain("Must be a match of regex");
});

test("deletes what it made", async () => {
  await stack.run("up", program({ guestOsFeatures: [{ type: "UEFI_COMPATIBLE" }] }, { member }));
  expect(await stack.run("destroy", program({}))).toMatchObject({ exitCode: 0 });
  expect(gcp.outOfBand.images).toEqual([]);
});
