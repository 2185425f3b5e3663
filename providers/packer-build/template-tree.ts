import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { sha256 } from "#model/build-key";

export interface TemplateFile {
  /** Path in the tree, with forward slashes: `scripts/debian/upgrade.sh`. */
  readonly path: string;
  readonly content: Buffer;
  readonly sha256: string;
}

/**
 * The directory of Packer templates, each file read at most once, so that what is hashed, checked and copied into a build
 * are the same bytes.
 */
export class TemplateTree {
  readonly dir: string;
  private readonly files = new Map<string, Promise<TemplateFile | undefined>>();
  private readonly listings = new Map<string, Promise<string[]>>();

  constructor(dir: string) {
    this.dir = dir;
  }

  /** @returns undefined for a file that is not there. */
  file(path: string): Promise<TemplateFile | undefined> {
    let found = this.files.get(path);
    if (!found) this.files.set(path, (found = this.read(path)));
    return found;
  }

  /** Paths of all files below a directory of the tree, sorted; none for a directory that is not there. */
  list(under: string): Promise<string[]> {
    let found = this.listings.get(under);
    if (!found) this.listings.set(under, (found = this.walk(under)));
    return found;
  }

  /** The shared templates: every `*.pkr.hcl` at the top. */
  async shared(): Promise<TemplateFile[]> {
    const entries = await readdir(this.dir).catch(() => []);
    const files = await Promise.all(entries.filter((name) => name.endsWith(".pkr.hcl")).sort().map((name) => this.file(name)));
    return files.filter((file) => file !== undefined);
  }

  private async read(path: string): Promise<TemplateFile | undefined> {
    const content = await readFile(join(this.dir, path)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
      throw error;
    });
    return content && { path, content, sha256: sha256(content) };
  }

  private async walk(under: string): Promise<string[]> {
    const entries = await readdir(join(this.dir, under), { recursive: true, withFileTypes: true }).catch(() => []);
    const files = entries.filter((entry) => entry.isFile());
    return files.map((entry) => join(entry.parentPath, entry.name).slice(this.dir.length + 1).replaceAll("\\", "/")).sort();
  }
}
