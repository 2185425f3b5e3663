import fc from "fast-check";
import { expect, test } from "vitest";
import { blockBytes, covers, merged, pieceBytes, piecesOf } from "#providers/page-blob/pieces";

const bytes = 64 * 2 ** 20 + 512;
const extents = fc.array(fc.record({ offset: fc.nat(bytes / 512 - 1).map((sector) => sector * 512), length: fc.integer({ min: 1, max: 8 * 2 ** 20 }) }).map(({ offset, length }) => ({ offset, length: Math.min(length, bytes - offset) })), { maxLength: 20 });

test("pieces hold every byte of the extents and the footer, once, in windows of a request, and little else", () => {
  fc.assert(fc.property(extents, (data) => {
    const pieces = piecesOf(data, bytes);
    for (const { offset, length } of pieces) {
      expect(length).toBeGreaterThan(0);
      expect([offset % blockBytes, Math.floor(offset / pieceBytes)]).toEqual([0, Math.floor((offset + length - 1) / pieceBytes)]);
      expect(length % 512).toBe(0);
    }
    pieces.slice(1).forEach(({ offset }, index) => expect(offset).toBeGreaterThanOrEqual(pieces[index]!.offset + pieces[index]!.length));
    const whole = merged(pieces);
    for (const extent of [...data, { offset: bytes - 512, length: 512 }]) expect(covers(whole, extent)).toBe(true);
    const blocks = new Set([...data, { offset: bytes - 512, length: 512 }].flatMap(({ offset, length }) => Array.from({ length: Math.ceil((offset + length) / blockBytes) - Math.floor(offset / blockBytes) }, (_, index) => Math.floor(offset / blockBytes) + index)));
    expect(pieces.reduce((sum, { length }) => sum + length, 0)).toBeLessThanOrEqual(blocks.size * blockBytes);
  }));
});

test("a range is covered where one listed range holds all of it", () => {
  const listed = merged([{ offset: 0, length: 512 }, { offset: 512, length: 512 }, { offset: 4096, length: 512 }]);
  expect(listed).toEqual([{ offset: 0, length: 1024 }, { offset: 4096, length: 512 }]);
  expect([covers(listed, { offset: 256, length: 768 }), covers(listed, { offset: 512, length: 1024 }), covers(listed, { offset: 4096, length: 512 }), covers([], { offset: 0, length: 1 })]).toEqual([true, false, true, false]);
});
