import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa, type ResultPromise } from "execa";
import { accelerator } from "#providers/shared/kvm";
import { waitFor } from "./wait-for.ts";

/**
 * A machine that boots a published disk as a user's would: through an overlay, so that the disk stays as it is, with a
 * NoCloud seed and a login key of its own. Its port is on loopback.
 */
export class Guest {
  private readonly dir: string;
  private readonly port: number;
  private readonly machine: ResultPromise;
  private ended: string | undefined;

  private constructor(dir: string, port: number, machine: ResultPromise) {
    this.dir = dir;
    this.port = port;
    this.machine = machine;
    void machine.then(({ all }) => (this.ended = String(all)));
  }

  /** Boots a qcow2 disk and waits until it lets us log in as root. Stop it. */
  static async boot(disk: string): Promise<Guest> {
    const dir = await mkdtemp(join(tmpdir(), "imagefleet-guest-"));
    const port = await freePort();
    await makeSeed(dir);
    await execa("qemu-img", ["create", "-q", "-f", "qcow2", "-F", "qcow2", "-b", disk, join(dir, "overlay.qcow2")]);
    const machine = execa("qemu-system-x86_64", [
      "-machine", `pc,accel=${await accelerator()}`, "-cpu", "max", "-smp", "1", "-m", "512", "-display", "none", "-serial", `file:${join(dir, "serial.log")}`,
      "-drive", `file=${join(dir, "overlay.qcow2")},if=virtio,format=qcow2`, "-cdrom", join(dir, "seed.iso"),
      "-netdev", `user,id=net,hostfwd=tcp:127.0.0.1:${port}-:22`, "-device", "virtio-net,netdev=net",
    ], { reject: false, all: true, stdin: "ignore" });
    const guest = new Guest(dir, port, machine);
    try {
      await guest.ready();
      return guest;
    } catch (error) {
      const console = await guest.console();
      await guest.stop();
      throw new Error(`the guest lets nobody in; its console:\n${console.split("\n").slice(-20).join("\n")}`, { cause: error });
    }
  }

  /** Runs a shell command in the guest. @returns what it printed; throws when it fails. */
  async run(command: string): Promise<string> {
    const options = ["StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "LogLevel=ERROR", "ConnectTimeout=20", "BatchMode=yes", "IdentitiesOnly=yes"];
    const { stdout } = await execa("ssh", ["-p", String(this.port), "-i", join(this.dir, "key"), "-F", "none", ...options.flatMap((option) => ["-o", option]), "root@127.0.0.1", command], { stdin: "ignore" });
    return stdout;
  }

  console(): Promise<string> {
    return readFile(join(this.dir, "serial.log"), "utf8").catch(() => "");
  }

  async stop(): Promise<void> {
    this.machine.kill("SIGKILL");
    await this.machine;
    await rm(this.dir, { recursive: true, force: true });
  }

  /** QEMU's user network accepts a connection before the guest listens and then stalls it, so the console is watched first. */
  private async ready(): Promise<void> {
    await waitFor(async () => {
      if (this.ended !== undefined) throw new Error(`QEMU ended: ${this.ended}`);
      return (await this.console()).includes("is up after") || undefined;
    }, 180_000);
    await waitFor(() => this.run("true").then(() => true, () => undefined), 120_000);
  }
}

async function makeSeed(dir: string): Promise<void> {
  await execa("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", join(dir, "key")]);
  await mkdir(join(dir, "seed"));
  await writeFile(join(dir, "seed/meta-data"), "instance-id: somebody-else\n");
  await writeFile(join(dir, "seed/user-data"), `#cloud-config\nssh_authorized_keys:\n  - ${await readFile(join(dir, "key.pub"), "utf8")}`);
  await execa("xorriso", ["-as", "mkisofs", "-quiet", "-V", "cidata", "-J", "-r", "-o", join(dir, "seed.iso"), join(dir, "seed")]);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
