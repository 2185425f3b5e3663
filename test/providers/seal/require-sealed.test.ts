import { chmod, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { requireSealed } from "#providers/seal/require-sealed";
import type { GroupName } from "#store/store";
import { storeBuild, storeGroup, release } from "../../store/fixture.ts";
import { gatesGroup, makeKey, makeSealedStore, storeSealed, trustOf, type SealedFixture } from "./fixture.ts";

let fixture: SealedFixture;
beforeEach(async () => {
  fixture = await makeSealedStore();
});
afterEach(() => fixture.remove());

function require(group: GroupName = "formats/qcow2", id = release(1), trusted = fixture.trusted): Promise<void> {
  const { store, cacheDir } = fixture;
  return requireSealed({ store, id, group, trusted, action: "publish debian-12@2026.1101.1 on laptop", read: { cacheDir } });
}

async function spoil(file: string, id = release(1)): Promise<void> {
  const path = join(fixture.root, "images", id.image, id.version, file);
  await chmod(path, 0o644);
  await writeFile(path, "another content");
}

test("a sealed format of a release that passed its gates may leave", async () => {
  await require("formats/qcow2");
  await require("formats/vhd");
});

test.for([
  ["formats/qcow2/debian-12-2026.1101.1.qcow2", /cannot publish debian-12@2026\.1101\.1 on laptop .*its seal does not hold: formats\/qcow2\/debian-12-2026\.1101\.1\.qcow2 altered: expected SHA-256 [0-9a-f]{64}, found [0-9a-f]{64}\n {2}what to do: .*npm run verify -- --quarantine debian-12@2026\.1101\.1; npm run up/],
  ["formats/qcow2/SHA256SUMS", /formats\/qcow2\/SHA256SUMS altered/],
  ["formats/qcow2/format.json", /formats\/qcow2\/format\.json altered: it is not JSON/],
  [`${gatesGroup}/evidence.json`, /evidence\.json altered/],
  ["build/release.json", /build\/release\.json altered/],
])("after a change of %s it may not", async ([file, message]) => {
  await spoil(file as string);
  await expect(require()).rejects.toThrow(message);
});

test("one format's damage holds no other back", async () => {
  await spoil("formats/vhd/debian-12-2026.1101.1.vhd");
  await require("formats/qcow2");
  await expect(require("formats/vhd")).rejects.toThrow(/vhd altered/);
});

test("without gates, without a seal, or without a key that counts, nothing leaves", async () => {
  await expect(require("formats/qcow2", release(1), [])).rejects.toThrow(/no key is known whose seals count\n {2}what to do: .*imagefleet:seal\.trust/);
  const stranger = await trustOf(await makeKey(), fixture.dir);
  await expect(require("formats/qcow2", release(1), stranger)).rejects.toThrow(/SHA256SUMS\.asc unknown key: it is signed by .*\n {2}what to do: compare the fingerprint/);
  await expect(require("formats/raw")).rejects.toThrow(/unsealed/);
  await rm(join(fixture.root, "images/debian-12/2026.1101.1/gates"), { recursive: true });
  await expect(require()).rejects.toThrow(/has not passed its gates/);
  const { store, key } = fixture;
  await storeBuild(store, release(2));
  await storeGroup(store, release(2), "gates/unsealed");
  await storeSealed(store, release(2), "formats/qcow2", { disk: "bytes" }, key);
  await expect(require("formats/qcow2", release(2))).rejects.toThrow(/gates\/unsealed\/SHA256SUMS unsealed/);
});

test("one sound set of gates is enough, even if an older one is damaged", async () => {
  const { store, key } = fixture;
  await storeSealed(store, release(1), "gates/newer", { "evidence.json": "{}" }, key);
  await spoil(`${gatesGroup}/evidence.json`);
  await require();
});
