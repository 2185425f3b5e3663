import { isMap, isScalar, parseDocument, type Document, type YAMLMap } from "yaml";
import type { FleetConfig, ImageConfig } from "#model/config/types";

export interface Due {
  readonly image: string;
  readonly epoch: string;
  /** Days since the epoch. */
  readonly age: number;
  readonly rebuildAfter?: number;
}

type Path = readonly string[];

const day = 86_400_000;

/**
 * Images whose epoch is at least as many days old as `rebuildAfter` says.
 * @param today `YYYY-MM-DD`
 * @param named Only these; with `now` whatever their age.
 */
export function dueImages({ images }: FleetConfig, today: string, { named = [], now = false }: { named?: readonly string[]; now?: boolean } = {}): Due[] {
  const all = Object.values(images).filter(({ name }) => named.length === 0 || named.includes(name));
  return all.map(({ name, epoch, rebuildAfter }): Due => ({ image: name, epoch, age: (Date.parse(today) - Date.parse(epoch)) / day, ...(rebuildAfter !== undefined && { rebuildAfter }) }))
    .filter(({ age, rebuildAfter = Infinity }) => age > 0 && (age >= rebuildAfter || (now && named.length > 0)));
}

/**
 * Gives images another epoch in the text of a stack file and touches nothing else: comments, quotes and layout stay. An epoch that several
 * images have of one setting is moved there if all of them are due; else each that is due gets one of its own.
 */
export function moveEpochs(text: string, { images }: FleetConfig, due: readonly string[], epoch: string): string {
  const document = parseDocument(text);
  const sources = Map.groupBy(Object.values(images), (image) => JSON.stringify(sourceOf(image, images, document)));
  const edits = [...sources].flatMap(([source, all]): Edit[] => {
    const moved = all.filter(({ name }) => due.includes(name));
    if (moved.length === 0) return [];
    const path = JSON.parse(source) as Path;
    const own = (image: ImageConfig) => JSON.stringify([...pathOf(image), "epoch"]) === source;
    if (moved.length === all.length || moved.some(own)) return [replace(document, text, path, epoch)];
    return moved.map((image) => insert(document, text, pathOf(image), epoch));
  });
  return edits.sort((a, b) => b.from - a.from).reduce((result, { from, to, text: now }) => result.slice(0, from) + now + result.slice(to), text);
}

interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** Where an image is written; a child for a target is a setting of the image that it is layered on. */
function pathOf({ name, target, parent }: ImageConfig): Path {
  return ["config", "imagefleet:images", ...(target === undefined ? [name] : [parent!, "targets", target])];
}

/** Where the epoch of an image is written: with it, in the defaults, or where that of the image below it is. */
function sourceOf(image: ImageConfig, images: FleetConfig["images"], document: Document): Path {
  const own = [...pathOf(image), "epoch"];
  if (document.hasIn(own)) return own;
  const defaults = ["config", "imagefleet:defaults", "images", "epoch"];
  if (image.target === undefined && document.hasIn(defaults)) return defaults;
  return image.parent === undefined ? own : sourceOf(images[image.parent]!, images, document);
}

/** Quoted as it was; without quotes YAML would take it for a time. */
function replace(document: Document, text: string, path: Path, epoch: string): Edit {
  const node = document.getIn(path, true);
  const [from, to] = (isScalar(node) && node.range) || [0, 0];
  const quote = text[from] === "'" ? "'" : '"';
  return { from, to, text: `${quote}${epoch}${quote}` };
}

/** Before the first setting of the image, on a line of its own where settings are on lines. */
function insert(document: Document, text: string, path: Path, epoch: string): Edit {
  const map = document.getIn(path, true) as YAMLMap;
  const first = isMap(map) && isScalar(map.items[0]?.key) ? map.items[0].key.range![0] : 0;
  const indent = first - (text.lastIndexOf("\n", first - 1) + 1);
  return { from: first, to: first, text: `epoch: "${epoch}"${map.flow ? ", " : `\n${" ".repeat(indent)}`}` };
}
