import type { Finding } from "#providers/inspection/gate";
import type { Image } from "#providers/inspection/hygiene/image";
import type { Find } from "#providers/inspection/hygiene/rule";
import type { TreeEntry } from "#providers/shared/file-tree/file-tree";

/** No configuration has longer ones, and patterns would take long on them. */
const longestLine = 4096;

/** Anything at these paths is a finding, directories aside. */
export function left(...patterns: string[]): Find {
  return each(patterns, ({ type, size }) => (type === "directory" ? undefined : `is left behind${type === "file" ? ` (${size} bytes)` : ""}`));
}

/** A file at these paths that is not empty is a finding. */
export function filled(...patterns: string[]): Find {
  return each(patterns, ({ type, size }) => (type === "file" && size > 0 ? `has ${size} bytes` : undefined));
}

/** Asks about each entry at these paths; the answer is what is wrong with it. */
export function each(patterns: readonly string[], problem: (entry: TreeEntry, image: Image) => string | undefined | Promise<string | undefined>): Find {
  return async (image) => {
    const found: Finding[] = [];
    for (const entry of image.find(...patterns)) {
      const wrong = await problem(entry, image);
      if (wrong !== undefined) found.push({ place: entry.path, problem: wrong });
    }
    return found;
  };
}

/** Asks about each file's text, links followed. */
export function texts(patterns: readonly string[], problem: (text: string, entry: TreeEntry, image: Image) => string | undefined): Find {
  return each(patterns, async (entry, image) => {
    const real = image.tree.resolve(entry.path);
    return real?.type === "file" && real.size > 0 ? problem(await image.text(real.path), entry, image) : undefined;
  });
}

/** Asks about each line that is neither empty nor a comment; at most one finding a file. */
export function lines(patterns: readonly string[], problem: (line: string, entry: TreeEntry, image: Image) => string | undefined): Find {
  return texts(patterns, (text, entry, image) => {
    for (const line of saidLines(text)) {
      const wrong = problem(line, entry, image);
      if (wrong !== undefined) return wrong;
    }
    return undefined;
  });
}

/** A file of which a line has a form is a finding. */
export function saying(patterns: readonly string[], wrong: RegExp, problem: string): Find {
  return lines(patterns, (line) => (wrong.test(line) ? problem : undefined));
}

/** The findings of several. */
export function all(...finds: readonly Find[]): Find {
  return async (image) => {
    const found: Finding[] = [];
    for (const find of finds) found.push(...(await find(image)));
    return found;
  };
}

/** Lines that are neither empty nor comments, without blanks around them; of a very long one the beginning. */
export function saidLines(text: string): string[] {
  return text.split("\n").map((line) => line.slice(0, longestLine).trim()).filter((line) => line !== "" && !/^[#;]/.test(line));
}
