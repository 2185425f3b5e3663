import { expect, test } from "vitest";
import { foldNames } from "#providers/library-sync/fold-names";
import type { SyncInputs } from "#providers/library-sync/inputs";
import { syncSubscriber } from "#providers/library-sync/sync-subscriber";
import type { LibraryItem } from "#providers/shared/vcenter/library";

const address = { credentials: "VC", libraryId: "library" };

function inputsFor(items: readonly string[]): SyncInputs {
  return { ...address, site: "corp", vcenter: "vc-b", server: "vc-b.example.com", download: "immediate", items: foldNames(items), publisher: { ...address, vcenter: "vc-a", server: "vc-a.example.com" } };
}

function item(name: string, change: Partial<LibraryItem> = {}): LibraryItem {
  return { id: `${name}-there`, libraryId: "library", name, description: "", type: "ovf", contentVersion: "1", cached: true, files: [{ name: `${name}.ovf` }], ...change };
}

function copy(source: LibraryItem, change: Partial<LibraryItem> = {}): LibraryItem {
  return { ...source, id: `${source.name}-here`, sourceId: source.id, ...change };
}

/** A subscriber that does what it is asked for some looks later, as a vCenter does; or never. */
function subscriber(published: LibraryItem[], held: LibraryItem[], delay = 0) {
  const asked: string[] = [];
  const later: { readonly at: number; readonly act: () => void }[] = [];
  let looks = 0;
  const act = (what: string, work: () => void) => {
    asked.push(what);
    later.push({ at: looks + delay, act: work });
  };
  return {
    asked,
    itemsWithFiles: async () => {
      looks += 1;
      for (const one of later.filter(({ at }) => at <= looks).splice(0)) one.act();
      return held;
    },
    syncLibrary: async () => act("library", () => {
      held = published.map((source) => copy(source));
    }),
    syncItem: async (id: string) => act(id, () => {
      held = held.map((one) => (one.id === id ? copy(published.find((source) => source.id === one.sourceId)!) : one));
    }),
  };
}

function sync(published: LibraryItem[], target: ReturnType<typeof subscriber>, { timeout = 20_000, expected = published.map(({ name }) => name) } = {}): Promise<void> {
  return syncSubscriber(inputsFor(expected), { subscriber: target, published: async () => published, progress: { begin: () => {}, say: () => {} }, timeout });
}

const [a, b, c] = [item("a-1.1.1"), item("b-1.1.1"), item("c-1.1.1")];

test("a subscriber that is in step is asked for nothing", async () => {
  const target = subscriber([a, b], [copy(a), copy(b)]);
  await sync([a, b], target);
  expect(target.asked).toEqual([]);
});

test("only the stale item is synced, and the library only for what is missing or too much", async () => {
  const stale = subscriber([a, b], [copy(a, { contentVersion: "0" }), copy(b)]);
  await sync([a, b], stale);
  expect(stale.asked).toEqual(["a-1.1.1-here"]);
  const missing = subscriber([a, b], [copy(a)]);
  await sync([a, b], missing);
  expect(missing.asked).toEqual(["library"]);
  const unexpected = subscriber([a], [copy(a), copy(c)]);
  await sync([a], unexpected);
  expect(unexpected.asked).toEqual(["library"]);
});

test("each thing is asked for once, however long it takes", async () => {
  const target = subscriber([a, b, c], [copy(a, { contentVersion: "0" }), copy(b)], 4);
  await sync([a, b, c], target);
  expect(target.asked).toEqual(["library"]);
  const stale = subscriber([a, b], [copy(a, { contentVersion: "0" }), copy(b, { cached: false })], 4);
  await sync([a, b], stale);
  expect(stale.asked).toEqual(["a-1.1.1-here", "b-1.1.1-here"]);
});

test("a time-out names what is still stale, and nothing else", async () => {
  const target = subscriber([a, b], [copy(a, { contentVersion: "0" }), copy(b)], Infinity);
  await expect(sync([a, b], target, { timeout: 700 })).rejects.toThrow(
    /^cannot sync corp\/vc-b with vc-a \(vc-b\.example\.com\): after 0\.7 s the library still differs: incorrect: a-1\.1\.1 \(content version 0, the publisher has 1\)\n {2}what to do: look at the recent tasks/,
  );
});

test("what the publisher itself lacks is not waited for, and keeps nothing else from its subscriber", async () => {
  const target = subscriber([a, b], [copy(a, { contentVersion: "0" }), copy(b)]);
  await expect(sync([a, b], target, { expected: [a.name, b.name, "gone-1.1.1"] })).rejects.toThrow(/^cannot sync .* \(vc-a\.example\.com\): missing: gone-1\.1\.1 \(the publisher does not have it\)\n {2}what to do: npm run up/);
  expect(target.asked).toEqual(["a-1.1.1-here"]);
  const half = item("half-1.1.1", { files: [] });
  await expect(sync([a, b, half], target)).rejects.toThrow(/half-1\.1\.1 \(its upload to the publisher was not finished\)\n {2}what to do: delete the item/);
  await sync([a, b, half], target, { expected: [a.name, b.name] });
  expect(target.asked).toEqual(["a-1.1.1-here"]);
});
