import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { VsphereSite } from "#model/config/sites/vsphere";
import { itemDescription } from "#model/vsphere";
import { moveEach } from "#providers/channel-flip/move-sites";
import type { PointerTarget } from "#providers/channel-flip/pointer";
import { pointers } from "#providers/channel-flip/pointers/vsphere";
import { Progress } from "#providers/shared/progress";
import { status } from "#providers/release-status/sites/vsphere";
import { openStore } from "#store/open";
import { startBoundary, type Boundary } from "../library-sync/boundary.ts";
import { ownEnvironment } from "../own-environment.ts";
import { keyOf, storeRealRelease } from "../../store/real-release.ts";

const image = "tiny";
const [older, newer] = ["2026.1101.1", "2026.1101.2"] as const;

let dir: string;
let boundary: Boundary;
let target: PointerTarget;
let restore: () => void;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "imagefleet-flip-vsphere-"));
  vi.spyOn(console, "log").mockReturnValue();
  // the simulator is built once for all tests, in the cache that this one then leaves alone
  boundary = await startBoundary([`${image}-${older}`, `${image}-${newer}`]);
  restore = await ownEnvironment(dir, join(dir, "store"));
  for (const [name, value] of Object.entries(boundary.vcsim.env)) vi.stubEnv(name, value);
  const store = openStore(join(dir, "store"));
  for (const version of [older, newer]) {
    const [record] = await storeRealRelease(store, { image, version }, ["ova"]);
    const description = itemDescription({ project: "images", stack: "test" }, keyOf({ image, version }), record!.artifact.sha256);
    await boundary.vcsim.rest("vc-a", "PATCH", `com/vmware/content/library/item/id:${await boundary.idOf("vc-a", `${image}-${version}`)}`, { update_spec: { description } });
  }
  const vcenter = (name: "vc-a" | "vc-b") => ({ ...boundary.vcsim.vcenter(name), datacenter: "DC0", datastore: "LocalDS_0", library: "imagefleet" });
  const site: VsphereSite = { kind: "vsphere", name: "corp", publishers: [{ ...vcenter("vc-a"), format: "ova", subscribers: [{ ...vcenter("vc-b"), download: "immediate" }] }] };
  target = { site, channel: "stable", image, stack: "images/test", native: false };
});
afterAll(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  restore?.();
  await boundary?.vcsim.stop();
  await rm(dir, { recursive: true, force: true });
});

test("a boundary has a release when its publisher and all who pull from it have it", async () => {
  await pointers.verify(target, older);
  await expect(pointers.verify({ ...target, stack: "images/other" }, older)).rejects.toThrow("the item is of another build");
  await expect(pointers.verify(target, "2026.1101.3")).rejects.toThrow("the store has no ova of tiny@2026.1101.3");
});

test("a channel is moved by the descriptions of the publisher's items, and points nowhere at last", async () => {
  expect(await pointers.read(target)).toEqual({});
  await pointers.move(target, older);
  await pointers.move({ ...target, channel: "candidate" }, newer);
  expect([await pointers.read(target), await pointers.read({ ...target, channel: "candidate" })]).toEqual([{ version: older }, { version: newer }]);
  await pointers.move(target, newer);
  await pointers.move(target, newer);
  expect(await pointers.read(target)).toEqual({ version: newer });
  await pointers.verify(target, newer);
  const item = await boundary.vcsim.rest("vc-a", "GET", `com/vmware/content/library/item/id:${await boundary.idOf("vc-a", `${image}-${newer}`)}`);
  expect(JSON.stringify(item)).toContain(" channels:candidate,stable");
  await pointers.move(target, undefined);
  expect(await pointers.read(target)).toEqual({});
  await expect(pointers.move(target, "2026.1101.3")).rejects.toThrow("the library has no tiny-2026.1101.3 of ours");
});

test("two channels that move at the same time do not undo one another", async () => {
  const progress = new Progress("test");
  const at = (channel: string) => [{ target: { ...target, channel }, pointers }];
  const failures = await Promise.all(["candidate", "stable", "edge"].map((channel) => moveEach(at(channel), newer, progress)));
  progress.stop();
  expect(failures).toEqual([[], [], []]);
  expect(await Promise.all(["candidate", "stable", "edge"].map((channel) => pointers.read({ ...target, channel })))).toEqual([{ version: newer }, { version: newer }, { version: newer }]);
});

test("a release that is withdrawn leaves the publisher and all who pull from it, and no other does", async () => {
  const release = { site: target.site, vcenter: "vc-a", image, version: newer, stack: target.stack };
  await status.withdraw({ ...release, stack: "images/other" });
  expect(await status.read(release)).toEqual(["vc-a has it"]);
  for (let times = 0; times < 2; times++) await status.withdraw(release);
  expect(await status.read(release)).toEqual([]);
  for (const vcenter of ["vc-a", "vc-b"]) expect((await boundary.vcsim.items(vcenter)).map(({ name }) => name), vcenter).toEqual([`${image}-${older}`]);
});
