import { extract, type Header } from "tar-stream";
import type { FileTree } from "#providers/shared/file-tree/file-tree";
import { nameBytes } from "#providers/shared/file-tree/file-name";
import { layerItems, type LayerContent, type LayerItem } from "#providers/disk-format/layer/layer-content";
import { ByteReader } from "#providers/disk-format/tar/byte-reader";

const types = { file: "file", link: "symlink", character: "character-device", block: "block-device", directory: "directory", fifo: "fifo", socket: "" } as const;

/**
 * Compares an archive with the image that it was made of, as it streams by, with a reader that is not of the writer's make.
 * @returns what differs, or undefined.
 */
export async function compareLayer(archive: NodeJS.ReadableStream, tree: FileTree, content: LayerContent, signal: AbortSignal): Promise<string | undefined> {
  const reading = extract();
  archive.once("error", (error) => reading.destroy(error)).pipe(reading);
  const expected = layerItems(tree, content);
  let index = 0;
  for await (const member of reading) {
    signal.throwIfAborted();
    const item = expected[index++];
    if (!item) return `${member.header.name} is too much`;
    const wrong = (await wrongFacts(member.header, item, tree, content)) ?? (await wrongContent(member as unknown as AsyncIterable<Buffer>, item, tree));
    if (wrong) return `${item.entry.path}: ${wrong}`;
    member.resume();
  }
  return index === expected.length ? undefined : `${expected[index]?.entry.path} is missing`;
}

async function wrongFacts(header: Header, { entry, linkTo }: LayerItem, tree: FileTree, content: LayerContent): Promise<string | undefined> {
  const { path, target, device } = entry;
  // the reader knows names as UTF-8 only
  const text = (name: string): string => nameBytes(name).toString("utf8");
  const wanted: Record<string, unknown> = {
    name: path === "/" ? "./" : text(path.slice(1)), type: linkTo === undefined ? types[entry.type] : "link", linkname: linkTo === undefined ? text(target ?? "") : text(linkTo.slice(1)),
    mode: entry.mode, uid: entry.uid, gid: entry.gid, mtime: entry.mtime, size: linkTo === undefined && entry.type === "file" ? entry.size : 0,
    devmajor: device?.major ?? 0, devminor: device?.minor ?? 0, attributes: linkTo === undefined ? await attributesOf(entry, tree, content) : "",
  };
  const pax = (header.pax ?? {}) as Readonly<Record<string, string>>;
  const found: Record<string, unknown> = {
    ...header, name: header.name === "./" ? "./" : header.name.replace(/\/$/, ""), linkname: header.linkname ?? "", uid: Number(pax["uid"] ?? header.uid), gid: Number(pax["gid"] ?? header.gid),
    mtime: Number(pax["mtime"] ?? (header.mtime?.getTime() ?? 0) / 1000), devmajor: header.devmajor ?? 0, devminor: header.devminor ?? 0,
    attributes: Object.keys(pax).filter((key) => key.startsWith("SCHILY.xattr.")).sort().map((key) => `${key.slice(13)}=${pax[key]}`).join("\n"),
  };
  return Object.keys(wanted).find((key) => found[key] !== wanted[key]);
}

async function attributesOf(entry: LayerItem["entry"], tree: FileTree, content: LayerContent): Promise<string> {
  const all = [...(await tree.attributes(entry))].filter(([name]) => content.keeps(name)).sort(([a], [b]) => (a < b ? -1 : 1));
  return all.map(([name, value]) => `${name}=${value.toString("utf8")}`).join("\n");
}

async function wrongContent(member: AsyncIterable<Buffer>, { entry, linkTo }: LayerItem, tree: FileTree): Promise<string | undefined> {
  if (entry.type !== "file" || linkTo !== undefined) return undefined;
  const reader = new ByteReader(member);
  for await (const piece of tree.stream(entry)) {
    if (!(await reader.read(piece.length)).equals(piece)) return "other content";
  }
  return undefined;
}
