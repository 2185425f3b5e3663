import { createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { FleetError } from "#model/errors";
import { baseEnvironment, exec } from "#providers/shared/exec";
import type { FileTree } from "#providers/shared/file-tree/file-tree";
import type { Package, PackageDatabase } from "#providers/inspection/packages/package-database";
import { readRpmHeader, rpmTags } from "#providers/inspection/packages/rpm-header";

const places = ["/usr/lib/sysimage/rpm", "/var/lib/rpm"];
/** Main file of each kind of database, today's first. */
const kinds = { sqlite: "rpmdb.sqlite", ndb: "Packages.db", bdb: "Packages" } as const;

type Kind = keyof typeof kinds;

/** Tags that rpm prints for the kinds of database that only it can read; a tag that is not there prints `(none)`. */
const fields = { name: "NAME", version: "VERSION", release: "RELEASE", epoch: "EPOCH", license: "LICENSE", arch: "ARCH", sourceRpm: "SOURCERPM" } as const;

type Fields = { readonly [field in keyof typeof fields]?: string };

/**
 * What rpm has installed; undefined where the image has no rpm database. The SQLite kind is read here, the older ones
 * (Berkeley DB, ndb) by the builder's own rpm: a FleetError where there is none.
 * @param dir For a private copy of the database, removed afterwards.
 */
export async function readRpm(tree: FileTree, dir: string): Promise<PackageDatabase | undefined> {
  const found = findDatabase(tree);
  if (!found) return undefined;
  const path = `${found.place}/${kinds[found.kind]}`;
  const copy = await mkdtemp(join(dir, "rpmdb-"));
  try {
    await copyDatabase(tree, found.place, copy);
    const rows = found.kind === "sqlite" ? await fromSqlite(join(copy, kinds.sqlite)) : await fromProgram(copy, path, found.kind);
    // public keys are kept as if they were packages
    const packages = rows.filter((row) => row.name !== "gpg-pubkey").map(packageOf);
    return { type: "rpm", path, packages, unfinished: [] };
  } catch (error) {
    if (error instanceof FleetError) throw error;
    return { type: "rpm", path, packages: [], unfinished: [], fault: error instanceof Error ? error.message : String(error) };
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}

function findDatabase(tree: FileTree): { place: string; kind: Kind } | undefined {
  for (const place of places) {
    const kind = (Object.keys(kinds) as Kind[]).find((name) => tree.resolve(`${place}/${kinds[name]}`)?.type === "file");
    if (kind) return { place, kind };
  }
  return undefined;
}

/** All files of the directory, since SQLite has its newest pages in a file beside it; but no memory that processes shared. */
async function copyDatabase(tree: FileTree, place: string, copy: string): Promise<void> {
  const directory = tree.resolve(place)?.path ?? place;
  const files = [...tree.entries.values()].filter((entry) => entry.type === "file" && !entry.path.endsWith("-shm") && entry.path === `${directory}/${basename(entry.path)}`);
  for (const file of files) await pipeline(tree.stream(file), createWriteStream(join(copy, basename(file.path)), { flags: "wx", mode: 0o600 }));
}

async function fromSqlite(file: string): Promise<Fields[]> {
  const { DatabaseSync } = await import("node:sqlite");
  const database = new DatabaseSync(file);
  try {
    const rows = database.prepare("SELECT blob FROM Packages ORDER BY hnum").all() as { blob: Uint8Array }[];
    return rows.map(({ blob }) => {
      const header = readRpmHeader(blob);
      const text = Object.entries(rpmTags).map(([field, tag]) => [field, header.get(tag)?.toString()]);
      return Object.fromEntries(text) as Fields;
    });
  } finally {
    database.close();
  }
}

async function fromProgram(copy: string, path: string, kind: Kind): Promise<Fields[]> {
  const names = Object.keys(fields);
  const format = `${Object.values(fields).map((tag) => `%{${tag}}`).join("\\t")}\\n`;
  const backend = kind === "bdb" ? "bdb_ro" : kind;
  const result = await exec("rpm", ["--dbpath", copy, "--define", `_db_backend ${backend}`, "-qa", "--qf", format], { env: baseEnvironment(), timeoutMs: 120_000 });
  if (result.ended === "not found") {
    throw new FleetError({ action: "read the packages of an image", place: path, cause: `its rpm database is of the kind ${kind}, which only rpm reads, and rpm is not installed here`, hint: "sudo apt-get install rpm" });
  }
  // an rpm that was built without this kind warns, lists nothing and ends well
  if (!result.ok || result.stdout === "") throw new Error(result.tail.join("; ") || `rpm: ${result.ended ?? `exit code ${result.exitCode}`}`);
  return result.stdout.split("\n").filter((line) => line !== "").map((line) => {
    const values = line.split("\t").map((value) => (value === "(none)" ? undefined : value));
    return Object.fromEntries(names.map((name, index) => [name, values[index]])) as Fields;
  });
}

function packageOf({ name, version, release, epoch, license, arch, sourceRpm }: Fields): Package {
  if (!name || !version || !release) throw new Error(`a header has no name, version or release (${name ?? "no name"})`);
  const whole = `${epoch && epoch !== "0" ? `${epoch}:` : ""}${version}-${release}`;
  return { type: "rpm", name, version: whole, arch: arch ?? "noarch", source: sourceOf(sourceRpm, `${version}-${release}`) ?? name, ...(license ? { license } : {}) };
}

/** `bash-5.1.8-6.el9.src.rpm` -> `bash`, or `bash@5.1.8-6.el9` where the package's version is another. */
function sourceOf(sourceRpm: string | undefined, version: string): string | undefined {
  const [, name, own] = /^(.+)-([^-]+-[^-]+)\.(?:no)?src\.rpm$/.exec(sourceRpm ?? "") ?? [];
  return name === undefined || own === version ? name : `${name}@${own}`;
}
