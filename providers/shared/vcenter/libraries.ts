import { Semaphore } from "async-mutex";
import { z } from "zod";
import type { Connection } from "#providers/shared/vcenter/connection";
import type { ItemSummary, Library, LibraryFile, LibraryItem } from "#providers/shared/vcenter/library";
import { fileList, idList, itemModel, libraryModel, updateSession } from "#providers/shared/vcenter/library-schemas";
import { routes } from "#providers/shared/vcenter/routes";
import type { VcenterClient } from "#providers/shared/vcenter/vcenter-client";
import { VcenterError } from "#providers/shared/vcenter/vcenter-error";

/** A vCenter lists ids only; this many objects are asked about at a time. */
const sideBySide = 8;
const gone = { accept: [404] };

export type LibraryVerbs = Pick<VcenterClient, "libraries" | "findLibrary" | "library" | "deleteLibrary" | "items" | "itemsWithFiles" | "item" | "files" | "uploadFault" | "describeItem" | "deleteItem" | "syncLibrary" | "syncItem">;

/** What a vCenter does with content libraries. */
export function libraryVerbs(connection: Connection): LibraryVerbs {
  const lanes = new Semaphore(sideBySide);
  const each = async <T>(ids: readonly string[], ask: (id: string) => Promise<T | undefined>): Promise<T[]> =>
    (await Promise.all(ids.map((id) => lanes.runExclusive(() => ask(id))))).filter((one) => one !== undefined);

  const library = (id: string): Promise<Library | undefined> =>
    connection.call({ action: `look at content library ${id}`, route: routes.library, id, schema: libraryModel, ...gone });
  const item = (id: string): Promise<ItemSummary | undefined> =>
    connection.call({ action: `look at library item ${id}`, route: routes.item, id, schema: itemModel, ...gone });
  const files = async (id: string): Promise<LibraryFile[] | undefined> =>
    connection.call({ action: `list the files of library item ${id}`, route: routes.files, id, schema: fileList, ...gone });
  const itemIds = async (id: string): Promise<string[]> =>
    (await connection.call({ action: `list content library ${id}`, route: routes.items, id, schema: idList, ...gone })) ?? [];

  return {
    library,
    item,
    files: async (id) => (await files(id)) ?? [],
    libraries: async () => each((await connection.call({ action: "list content libraries", route: routes.libraries, schema: idList })) ?? [], library),
    items: async (id) => each(await itemIds(id), item),
    itemsWithFiles: async (id) => each(await itemIds(id), (one) => withFiles(item(one), files(one))),
    async findLibrary(name) {
      const action = `find content library ${name}`;
      const ids = await connection.call({ action, route: routes.findLibrary, body: { name }, schema: idList });
      const found = (await each(ids ?? [], library)).filter((one) => one.name === name); // servers ignore the case
      if (found.length > 1) throw new VcenterError({ action, place: connection.where, cause: `${found.length} libraries have this name`, hint: "rename or delete all but one" });
      return found[0];
    },
    async deleteLibrary({ id, type }) {
      const route = type === "LOCAL" ? routes.deleteLocal : routes.deleteSubscribed;
      await connection.call({ action: `delete content library ${id}`, route, id, schema: z.unknown(), ...gone });
    },
    async uploadFault(itemId) {
      const action = `look at the uploads to library item ${itemId}`;
      const ids = (await connection.call({ action, route: routes.updateSessions, schema: idList })) ?? [];
      const sessions = await each(ids, (id) => connection.call({ action, route: routes.updateSession, id, schema: updateSession, ...gone }));
      return sessions.find((one) => one.itemId === itemId && one.error)?.error;
    },
    async describeItem(id, description) {
      await connection.call({ action: `describe library item ${id}`, route: routes.updateItem, id, body: { description } });
    },
    deleteItem: (id) => connection.call({ action: `delete library item ${id}`, route: routes.deleteItem, id, ...gone }),
    syncLibrary: (id) => connection.call({ action: `sync content library ${id}`, route: routes.syncLibrary, id }),
    syncItem: (id, { content }) => connection.call({ action: `sync library item ${id}`, route: routes.syncItem, id, body: { force_sync_content: content } }),
  };
}

async function withFiles(summary: Promise<ItemSummary | undefined>, files: Promise<LibraryFile[] | undefined>): Promise<LibraryItem | undefined> {
  const [item, held] = await Promise.all([summary, files]);
  return item && held && { ...item, files: held };
}
