import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { baseEnvironment } from "#providers/shared/exec";
import { accelerator } from "#providers/shared/kvm";
import { startService, type Service } from "../service.ts";

/** A machine that runs an image's bytes, reachable at port 22 of its addresses. */
export interface Machine {
  console(): Promise<string>;
  stop(): Promise<void>;
}

/** Switches on QEMU with the disk and the user data, as a hypervisor would; the guest reaches nobody. */
export async function bootMachine({ disk, format, userData, addresses }: { disk: Buffer; format: string; userData: string; addresses: readonly string[] }): Promise<Machine> {
  const dir = await mkdtemp(join(tmpdir(), "imagefleet-nova-"));
  await mkdir(join(dir, "seed"));
  await writeFile(join(dir, "disk"), disk);
  await writeFile(join(dir, "seed/meta-data"), JSON.stringify({ "instance-id": dir }));
  await writeFile(join(dir, "seed/user-data"), userData);
  await execa("xorriso", ["-as", "mkisofs", "-quiet", "-V", "cidata", "-J", "-r", "-o", join(dir, "seed.iso"), join(dir, "seed")], { stdin: "ignore" });
  const forwards = addresses.map((address) => `,hostfwd=tcp:${address}:22-:22`).join("");
  const qemu: Service = startService("nova/server", [
    "qemu-system-x86_64", "-nodefaults", "-no-user-config", "-display", "none", "-machine", "pc,graphics=off", "-accel", (await accelerator()) === "kvm" ? "kvm" : "tcg,thread=multi", "-cpu", "max", "-m", "256",
    "-serial", `file:${join(dir, "console")}`, "-snapshot", "-drive", `file=${join(dir, "disk")},format=${format},if=virtio`, "-drive", `file=${join(dir, "seed.iso")},format=raw,if=virtio,readonly=on`,
    "-device", "VGA", "-netdev", `user,id=network,restrict=on${forwards}`, "-device", "virtio-net-pci,netdev=network,romfile=",
  ], { cwd: dir, env: baseEnvironment() });
  return {
    console: () => readFile(join(dir, "console"), "latin1").catch(() => ""),
    async stop() {
      await qemu.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
