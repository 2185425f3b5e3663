import { createReadStream } from "node:fs";
import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { execa, type ResultPromise } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";
import { netboot } from "#providers/disk-format/formats/netboot";
import { openFileTree } from "#providers/shared/file-tree/open-file-tree";
import { accelerator } from "#providers/shared/kvm";
import { waitFor } from "../../../integration/wait-for.ts";
import { makeDisks, type DiskFixture } from "../../shared/disk/disk-fixture.ts";
import { formatJob } from "../format-fixture.ts";

let fixture: DiskFixture;
let server: Server;
let asked: string[];
const packages = "linux-image-cloud-amd64,live-boot,live-boot-initramfs-tools,busybox,systemd-sysv,zstd";
const unwanted = ["/usr/share/doc/*", "/usr/share/man/*", "/usr/share/locale/*"].map((path) => `--dpkgopt=path-exclude=${path}`);
/** The tree as packages made it, without what is mounted for them, as a file system. */
const makeDisk = 'set -eu; dir=$(mktemp -d); trap "umount $dir; rmdir $dir" EXIT; mount --bind "$1" $dir; mke2fs -q -F -t ext4 -d $dir "$RAW" 900M';

beforeAll(async () => {
  fixture = await makeDisks();
  asked = [];
  const root = join(fixture.dir, "kit");
  await mkdir(root);
  server = createServer((request, response) => void serve(root, request.url ?? "/").then((file) => {
    asked.push(request.url ?? "");
    response.writeHead(file ? 200 : 404, file ? { "content-length": file.bytes } : {});
    if (file) createReadStream(file.path).pipe(response);
    else response.end();
  }));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});

afterAll(async () => {
  server.close();
  await fixture.remove();
});

async function serve(root: string, url: string): Promise<{ path: string; bytes: number } | undefined> {
  const path = join(root, new URL(url, "http://kit").pathname);
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() ? { path, bytes: found.size } : undefined;
}

/** A machine without a disk: its network card's iPXE is told by DHCP where to begin. */
function diskless(serial: string, port: number, accel: string): ResultPromise {
  return execa("qemu-system-x86_64", [
    "-machine", `pc,accel=${accel}`, "-cpu", "max", "-smp", "1", "-m", "1024", "-display", "none", "-no-reboot", "-serial", `file:${serial}`, "-boot", "n",
    "-netdev", `user,id=net,tftp=${fixture.dir},bootfile=http://10.0.2.2:${port}/start.ipxe`, "-device", "virtio-net,netdev=net",
  ], { reject: false, all: true, stdin: "ignore" });
}

test("a kit starts a machine without a disk by iPXE, the root file system fetched over HTTP", async () => {
  const raw = join(fixture.dir, "debian.raw");
  await execa("mmdebstrap", ["--quiet", "--variant=minbase", `--include=${packages}`, ...unwanted, `--customize-hook=${makeDisk}`, "--format=null", "bookworm", "/dev/null"], { env: { RAW: raw }, stdin: "ignore" });
  await execa("qemu-img", ["convert", "-f", "raw", "-O", "qcow2", raw, `${raw}.qcow2`]);
  const job = await formatJob(`${raw}.qcow2`, "netboot", fixture.dir);
  const tree = await openFileTree(job.map);
  await netboot.write({ ...job, tree: async () => tree }).finally(() => tree.close());
  job.progress.stop();
  await execa("tar", ["-xf", join(job.dir, job.artifact), "-C", join(fixture.dir, "kit")]);
  await execa("sha256sum", ["--check", "--strict", "SHA256SUMS"], { cwd: join(fixture.dir, "kit") });
  const { port } = server.address() as AddressInfo;
  // what a DHCP server hands out; a network card's iPXE may be older than 2020
  await writeFile(join(fixture.dir, "kit/start.ipxe"), `#!ipxe\nset base http://10.0.2.2:${port}/\nchain \${base}boot.ipxe\n`);
  const serial = join(fixture.dir, "serial.log");
  const machine = diskless(serial, port, await accelerator());
  const console = () => readFile(serial, "latin1").catch(() => "");
  try {
    await waitFor(async () => /^Debian GNU\/Linux 12 \S+ ttyS0/m.test(await console()) || undefined, 15 * 60_000);
  } catch (error) {
    throw new Error(`the machine did not start; its console:\n${(await console()).split("\n").slice(-20).join("\n")}`, { cause: error });
  } finally {
    machine.kill("SIGKILL");
    await machine;
  }
  expect(await console()).toContain("boot=live");
  expect(asked).toEqual(["/start.ipxe", "/boot.ipxe", "/vmlinuz", "/initrd", "/filesystem.squashfs"]);
});
