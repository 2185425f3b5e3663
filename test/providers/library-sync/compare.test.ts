import fc from "fast-check";
import { expect, test } from "vitest";
import { compareLibraries, type Difference, type Libraries } from "#providers/library-sync/compare-libraries";
import { stateText } from "#providers/library-sync/sync-state";
import type { LibraryItem } from "#providers/shared/vcenter/library";

/** A publisher's item, whole. */
function item(name: string, change: Partial<LibraryItem> = {}): LibraryItem {
  return {
    id: `id-of-${name}`, libraryId: "library", name, description: "", type: "ovf", contentVersion: "2", metadataVersion: "1", cached: true,
    files: [{ name: `${name}.ovf`, size: 9, cached: true }, { name: `${name}.vmdk`, size: 100, cached: true, checksum: { algorithm: "SHA1", value: "ab" } }],
    ...change,
  };
}

/** What a subscriber makes of a publisher's item. */
function copy(source: LibraryItem, change: Partial<LibraryItem> = {}): LibraryItem {
  return { ...source, id: `copy-of-${source.id}`, sourceId: source.id, ...change };
}

/** A copy of whose disk something else is reported. */
function withDisk(source: LibraryItem, change: object, more: Partial<LibraryItem> = {}): LibraryItem {
  return copy(source, { ...more, files: source.files.map((file) => (file.name.endsWith(".vmdk") ? { ...file, ...change } : file)) });
}

const tiny = item("tiny-2026.1101.1");

function compare(published: LibraryItem[], subscribed: LibraryItem[], more: Partial<Libraries> = {}): Difference[] {
  return compareLibraries({ expected: published.map(({ name }) => name), published, subscribed, download: "immediate", ...more });
}

function said(published: LibraryItem[], subscribed: LibraryItem[], more: Partial<Libraries> = {}): string {
  return stateText(compare(published, subscribed, more));
}

test("a subscriber that holds copies of everything is correct", () => {
  expect(said([tiny], [copy(tiny)])).toBe("correct");
  expect(said([], [])).toBe("correct");
});

test.for<[name: string, copied: LibraryItem, said: string]>([
  ["a content version", copy(tiny, { contentVersion: "1" }), "content version 1, the publisher has 2"],
  ["a metadata version", copy(tiny, { metadataVersion: "3" }), "metadata version 3, the publisher has 1"],
  ["a name", copy(tiny, { name: "other" }), "called other here"],
  ["a checksum", withDisk(tiny, { checksum: { algorithm: "SHA1", value: "cd" } }), "tiny-2026.1101.1.vmdk has another SHA1"],
  ["a file that is not there", copy(tiny, { files: tiny.files.slice(0, 1) }), "lacks tiny-2026.1101.1.vmdk"],
  ["a file too many", copy(tiny, { files: [...tiny.files, { name: "more.iso" }] }), "has more.iso, which the publisher's has not"],
  ["a descriptor's size", copy(tiny, { files: [{ ...tiny.files[0]!, size: 8 }, tiny.files[1]!] }), "tiny-2026.1101.1.ovf has 8 bytes, the publisher's 9"],
  ["a disk that was not fetched", withDisk(tiny, { cached: false }, { cached: false }), "tiny-2026.1101.1.vmdk not copied"],
  ["an item that was not fetched", copy(tiny, { cached: false }), "not copied"],
])("%s tells a stale copy, which is synced on its own", ([, copied, why]) => {
  const difference = compare([tiny], [copied])[0];
  expect(difference).toMatchObject({ kind: "incorrect", why, remedy: { item: copied.id } });
});

test("what vCenters do not report alike is not compared", () => {
  expect(said([tiny], [copy(tiny, { contentVersion: undefined, metadataVersion: undefined })])).toBe("correct");
  expect(said([tiny], [withDisk(tiny, { size: 77, checksum: undefined })])).toBe("correct");
  expect(said([tiny], [withDisk(tiny, { size: 77, checksum: { algorithm: "MD5", value: "ef" } })])).toBe("correct");
  expect(said([tiny], [withDisk(tiny, { checksum: { algorithm: "SHA1", value: "AB" } })])).toBe("correct");
  expect(said([tiny], [copy(tiny, { sourceId: undefined })])).toBe("correct");
});

test("a disk is fetched on demand where the subscriber says so", () => {
  const placeholder = withDisk(tiny, { cached: false, size: 0, checksum: undefined }, { cached: false });
  expect(said([tiny], [placeholder], { download: "on-demand" })).toBe("correct");
  expect(said([tiny], [placeholder])).toBe("incorrect: tiny-2026.1101.1 (tiny-2026.1101.1.vmdk not copied)");
});

test("what the publisher lacks, has by halves, has replaced or no longer has is told apart", () => {
  const half = item("half-2026.1101.1", { files: [] });
  const former = copy(item(tiny.name, { id: "former" }));
  expect(said([], [copy(tiny)], { expected: [tiny.name] })).toBe("missing: tiny-2026.1101.1 (the publisher does not have it)");
  expect(said([half], [copy(half)])).toBe("incorrect: half-2026.1101.1 (its upload to the publisher was not finished)");
  expect(said([tiny], [former])).toBe("incorrect: tiny-2026.1101.1 (a copy of an item that the publisher has replaced)");
  expect(said([tiny], [former, copy(tiny)])).toBe("unexpected: tiny-2026.1101.1 (the publisher does not have it)");
  expect(said([tiny], [])).toBe("missing: tiny-2026.1101.1");
  expect(said([], [copy(tiny)])).toBe("unexpected: tiny-2026.1101.1 (the publisher does not have it)");
});

test("what the publisher holds beside the expected items, such as the rest of an upload that failed, is nobody's fault", () => {
  const half = item("half-2026.1101.1", { files: [] });
  const leaving = item("leaving-2026.1101.1");
  expect(said([tiny, half, leaving], [copy(tiny)], { expected: [tiny.name] })).toBe("correct");
  expect(said([tiny, half, leaving], [copy(tiny), copy(half), copy(leaving, { contentVersion: "1" })], { expected: [tiny.name] })).toBe("correct");
});

test("a state names a few of many and counts the rest", () => {
  const items = Array.from({ length: 60 }, (_, index) => item(`image-${index}-2026.1101.1`));
  const text = said(items, []);
  expect(text).toMatch(/^missing: image-0-2026\.1101\.1, .*, and 56 more$/);
  expect(text.length).toBeLessThan(300);
});

const names = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,4}-2026\.1101\.[1-9]$/), { maxLength: 12 });

test("whatever was taken from or added to a subscriber is named, and nothing else", () => {
  fc.assert(fc.property(names, names, fc.infiniteStream(fc.nat(2)), (all, others, choices) => {
    const published = all.map((name) => item(name));
    const fates = published.map((source) => ({ source, fate: choices.next().value as number }));
    const foreign = others.filter((name) => !all.includes(name)).map((name) => copy(item(name)));
    const kept = fates.filter(({ fate }) => fate !== 0).map(({ source, fate }) => copy(source, fate === 1 ? { contentVersion: "1" } : {}));
    const differences = compare(published, [...foreign, ...kept].reverse());
    const namesOf = (kind: string) => differences.filter((one) => one.kind === kind).map(({ name }) => name).sort();
    expect(namesOf("missing")).toEqual(fates.filter(({ fate }) => fate === 0).map(({ source }) => source.name).sort());
    expect(namesOf("incorrect")).toEqual(fates.filter(({ fate }) => fate === 1).map(({ source }) => source.name).sort());
    expect(namesOf("unexpected")).toEqual(foreign.map(({ name }) => name).sort());
  }));
});
