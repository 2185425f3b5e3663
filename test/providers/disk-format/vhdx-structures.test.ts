import fc from "fast-check";
import { expect, test } from "vitest";
import { crc32c } from "#providers/shared/crc32c";
import { vhdxHeaderSection, vhdxLayout, vhdxTable } from "#providers/disk-format/vhdx-structures";

const mib = 2 ** 20;
const tib = 2 ** 40;

test("the checksum is the one of the published test vector", () => {
  expect(crc32c(Buffer.from("123456789")).toString(16)).toBe("e3069283");
});

test("the table has room for every block of any disk, and stays small", () => {
  fc.assert(fc.property(fc.bigInt({ min: 1n, max: BigInt(64 * tib) / 512n }), (sectors) => {
    const virtualBytes = Number(sectors) * 512;
    const { blockBytes, tableBytes, tableOffset, metadataOffset, payloadOffset } = vhdxLayout(virtualBytes);
    const blocks = Math.ceil(virtualBytes / blockBytes);
    expect(tableBytes).toBeGreaterThanOrEqual((blocks + Math.floor((blocks - 1) / (2 ** 32 / blockBytes))) * 8);
    expect(tableBytes).toBeLessThanOrEqual(9 * mib);
    expect([tableOffset % mib, metadataOffset, payloadOffset]).toEqual([0, tableOffset + tableBytes, metadataOffset + mib]);
    expect(Math.log2(blockBytes) % 1).toBe(0);
  }));
});

test("entries skip the places of the sector bitmaps, and say where each block lies", () => {
  const layout = vhdxLayout(9 * 2 ** 30);
  const table = vhdxTable(layout, [0, 4096, 9215]);
  const at = (entry: number) => table.readBigUInt64LE(entry * 8);
  expect([at(0) & 7n, at(1) & 7n, at(4095) & 7n]).toEqual([6n, 2n, 2n]);
  expect(at(4096), "sector bitmap of the first chunk").toBe(0n);
  expect(at(4097)).toBe(BigInt(layout.payloadOffset + mib) | 6n);
  expect(at(9215 + 2)).toBe(BigInt(layout.payloadOffset + 2 * mib) | 6n);
});

test("both headers and region tables are valid by themselves", () => {
  const id = Buffer.alloc(16, 1);
  const section = vhdxHeaderSection(vhdxLayout(tib), { fileWrite: id, dataWrite: id, disk: id });
  for (const [start, length] of [[64, 4], [128, 4], [192, 64], [256, 64]] as const) {
    const structure = Buffer.from(section.subarray(start * 1024, (start + length) * 1024));
    const stated = structure.readUInt32LE(4);
    structure.writeUInt32LE(0, 4);
    expect(stated).toBe(crc32c(structure));
  }
});
