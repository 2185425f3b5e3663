import { bootDisk } from "./boot-disk.ts";

/** `node boot-and-wait.ts DISK DIR PURPOSE`: boots a disk and never stops it; to be killed. */
const [file, dir, purpose] = process.argv.slice(2);
await bootDisk({ purpose: purpose!, disk: { file: file!, driver: "qcow2" }, firmware: "bios", bus: "virtio", dir: dir!, timeoutMs: 300_000 });
setInterval(() => {}, 60_000);
