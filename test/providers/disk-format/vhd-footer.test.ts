import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { checksum, geometry, vhdFooter } from "#providers/disk-format/vhd-footer";

const dir = mkdtempSync(join(tmpdir(), "imagefleet-vhd-"));
afterAll(() => rmSync(dir, { recursive: true }));
const id = Buffer.alloc(16, 7);
const mib = 2 ** 20;

test("the footer is qemu-img's, but for the id, the time, the geometry and what follows from them", () => {
  for (const bytes of [mib, 3 * mib, 500 * mib, 2047 * mib, 10 * 1024 * mib, 126 * 1024 * mib, 128 * 1024 * mib]) {
    const path = join(dir, `${bytes}.vhd`);
    execFileSync("qemu-img", ["create", "-q", "-f", "vpc", "-o", "subformat=fixed,force_size=on", path, `${bytes}`]);
    const theirs = lastSector(path);
    const ours = vhdFooter({ bytes, id, date: "2026-11-01" });
    for (const footer of [theirs, ours]) footer.fill(0, 24, 28).fill(0, 56, 60).fill(0, 64, 84);
    expect(ours.toString("hex"), `${bytes / mib} MiB`).toBe(theirs.toString("hex"));
  }
});

test("the geometry is qemu-img's, of the sizes that one can express", () => {
  for (const wanted of [1, 3, 40, 300, 900, 2047, 10_240, 120_000]) {
    const path = join(dir, `${wanted}.vhd`);
    execFileSync("qemu-img", ["create", "-q", "-f", "vpc", "-o", "subformat=fixed", path, `${wanted}M`]);
    const theirs = lastSector(path);
    const { cylinders, heads, sectors } = geometry(Number(theirs.readBigUInt64BE(48)));
    expect([cylinders, heads, sectors], `${wanted} MiB`).toEqual([theirs.readUInt16BE(56), theirs[58], theirs[59]]);
  }
});

test("the checksum is the one's complement of the other bytes' sum", () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 2_000_000 }), (size) => {
    const footer = vhdFooter({ bytes: size * mib, id, date: "2026-11-01" });
    let sum = 0;
    footer.forEach((byte, index) => { if (index < 64 || index > 67) sum += byte; });
    return footer.readUInt32BE(64) === 0xffffffff - sum && checksum(footer) === 0xffffffff - sum;
  }));
});

test("the geometry never exceeds its fields nor the disk", () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 2_000_000 }), (size) => {
    const { cylinders, heads, sectors } = geometry(size * mib);
    return cylinders <= 65535 && heads <= 16 && sectors <= 255 && cylinders * heads * sectors * 512 <= size * mib;
  }));
});

function lastSector(path: string): Buffer {
  return execFileSync("tail", ["-c", "512", path]);
}
