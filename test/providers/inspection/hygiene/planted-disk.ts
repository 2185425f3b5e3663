import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { execa } from "execa";
import type { GateResult } from "../../../../providers/inspection/gate.ts";
import { mapDisk } from "../../../../providers/shared/disk/map-disk.ts";
import { openFileTree } from "../../../../providers/shared/file-tree/open-file-tree.ts";
import { cleanTree, rootUuid, type Node } from "./clean-tree.ts";
import { runHygiene } from "./run-hygiene.ts";

const mebibyte = 1024 * 1024;
const megabytes = 120;
const types: Readonly<Record<string, number>> = { file: 0o100000, directory: 0o040000 };
const env = { PATH: `${process.env["PATH"]}:/usr/sbin:/sbin` };

/**
 * Runs the gate on a real disk: the clean tree with more in an ext4 file system, behind a partition table, in a qcow2.
 * @param deleted Files that were there and were removed again.
 * @param commands For debugfs, at the end.
 */
export async function runOnDisk(plant: Readonly<Record<string, Node>>, deleted: Readonly<Record<string, string>> = {}, commands: readonly string[] = []): Promise<GateResult> {
  const dir = await mkdtemp(join(tmpdir(), "imagefleet-planted-"));
  try {
    return await inspectDisk(await makeDisk(dir, { ...cleanTree, "/usr/lib/os-release": "ID=debian\n", ...plant, ...deleted }, [...Object.keys(deleted).map((path) => `rm ${path}`), ...commands]), dir);
  } finally {
    await rm(dir, { recursive: true });
  }
}

/** Runs the gate on a qcow2 disk. */
export async function inspectDisk(file: string, tmp: string): Promise<GateResult> {
  const map = await mapDisk(file, { format: "qcow2", tmp, action: "test" });
  const tree = await openFileTree(map);
  try {
    return await runHygiene(map, tree);
  } finally {
    await tree.close();
  }
}

async function makeDisk(dir: string, nodes: Readonly<Record<string, Node>>, commands: readonly string[]): Promise<string> {
  const [source, raw, qcow2] = [join(dir, "source"), join(dir, "disk.raw"), join(dir, "disk.qcow2")];
  const paths = await lay(source, nodes);
  await writeFile(raw, "");
  await execa("truncate", ["-s", `${megabytes + 2}M`, raw]);
  await execa("sfdisk", ["--quiet", "--label", "dos", raw], { env, input: "start=2048, type=83, bootable\n" });
  await execa("mke2fs", ["-q", "-F", "-t", "ext4", "-U", rootUuid, "-E", `offset=${mebibyte}`, "-d", source, raw, `${megabytes * 1024}k`], { env });
  // Whoever runs the test owns the files until now.
  const owned = paths.flatMap((path) => ownership(path, nodes[path]));
  const devices = Object.entries(nodes).flatMap(([path, node]) => (isObject(node) && node.device ? [`cd ${dirname(path)}`, `mknod ${path.slice(path.lastIndexOf("/") + 1)} ${node.type === "block" ? "b" : "c"} ${node.device.major} ${node.device.minor}`, "cd /"] : []));
  await execa("debugfs", ["-w", "-f", "-", `${raw}?offset=${mebibyte}`], { env, input: [...owned, ...devices, ...commands].join("\n") });
  await execa("qemu-img", ["convert", "-f", "raw", "-O", "qcow2", raw, qcow2]);
  return qcow2;
}

/** @returns every path that was made, links aside. */
async function lay(source: string, nodes: Readonly<Record<string, Node>>): Promise<string[]> {
  const made = new Set<string>(["/"]);
  await mkdir(source);
  for (const [path, node] of Object.entries(nodes)) {
    if (isObject(node) && node.device) continue;
    const directory = isObject(node) && node.type === "directory";
    const parent = directory ? path : dirname(path);
    await mkdir(join(source, parent), { recursive: true });
    for (let at = parent; at !== "/"; at = dirname(at)) made.add(at);
    if (directory) continue;
    if (isObject(node) && node.target !== undefined) {
      await symlink(node.target, join(source, path));
      continue;
    }
    await writeFile(join(source, path), isObject(node) ? (node.content ?? "") : node);
    made.add(path);
  }
  return [...made];
}

function ownership(path: string, node: Node | undefined): string[] {
  const { type = node === undefined ? "directory" : "file", mode = type === "directory" ? 0o755 : 0o644, uid = 0, gid = 0 } = isObject(node) ? node : {};
  return [`sif ${path} uid ${uid}`, `sif ${path} gid ${gid}`, `sif ${path} mode 0${(types[type]! | mode).toString(8)}`];
}

function isObject(node: Node | undefined): node is Exclude<Node, string | Buffer> {
  return typeof node === "object" && !Buffer.isBuffer(node);
}
