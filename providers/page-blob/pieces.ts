/** A stretch of a file, in bytes. */
export interface Extent {
  readonly offset: number;
  readonly length: number;
}

/** Most that Azure takes of a page blob in one request. */
export const pieceBytes = 4 * 2 ** 20;
/** Zeros are left out in blocks of this size: a smaller gap costs less than the request that it would split. */
export const blockBytes = 64 * 2 ** 10;
/** A page. */
const sector = 512;

/**
 * The windows of 4 MiB in which a file has data, cut to its blocks: what a piece holds follows from the file's content and not
 * from where its file system has holes, so that another machine resumes with the same pieces.
 * @param bytes Of the file; whole pages.
 */
export function piecesOf(extents: readonly Extent[], bytes: number): Extent[] {
  const pieces: Extent[] = [];
  for (const { offset, length } of [...extents, { offset: bytes - sector, length: sector }].sort((a, b) => a.offset - b.offset)) {
    const end = Math.min(bytes, roundUp(offset + length, blockBytes));
    for (let from = Math.max(offset - (offset % blockBytes), endOf(pieces.at(-1))); from < end; ) {
      const to = Math.min(end, from - (from % pieceBytes) + pieceBytes);
      add(pieces, { offset: from, length: to - from });
      from = to;
    }
  }
  return pieces;
}

/** Ranges that touch are one, as the service lists them. */
export function merged(ranges: readonly Extent[]): Extent[] {
  const whole: Extent[] = [];
  for (const { offset, length } of [...ranges].sort((a, b) => a.offset - b.offset)) {
    const last = whole.at(-1);
    if (last && endOf(last) >= offset) whole[whole.length - 1] = { offset: last.offset, length: Math.max(endOf(last), offset + length) - last.offset };
    else whole.push({ offset, length });
  }
  return whole;
}

/** @param listed As `merged` gives them. */
export function covers(listed: readonly Extent[], { offset, length }: Extent): boolean {
  let [low, high] = [0, listed.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const range = listed[middle]!;
    if (range.offset > offset) high = middle - 1;
    else if (endOf(range) < offset + length) low = middle + 1;
    else return true;
  }
  return false;
}

/** Two extents may meet in one window. */
function add(pieces: Extent[], piece: Extent): void {
  const last = pieces.at(-1);
  const together = last && endOf(last) === piece.offset && Math.floor(last.offset / pieceBytes) === Math.floor(piece.offset / pieceBytes);
  if (together) pieces[pieces.length - 1] = { offset: last.offset, length: last.length + piece.length };
  else pieces.push(piece);
}

function endOf(extent: Extent | undefined): number {
  return extent ? extent.offset + extent.length : 0;
}

function roundUp(value: number, unit: number): number {
  return Math.ceil(value / unit) * unit;
}
