import { mkdir, readFile, writeFile } from "node:fs/promises";
import { userInfo } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { freePort } from "./free-port.ts";
import { startService } from "./service.ts";

export interface SshServer {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** As in known_hosts, without a name. */
  readonly hostKey: string;
  stop(): Promise<void>;
}

/** Debian's place for it; it is on nobody's PATH. */
export const sshd = "/usr/sbin/sshd";

/**
 * A real OpenSSH server that lets one key in, as whoever runs the tests.
 * @param dir of its own; it may not exist yet.
 */
export async function startSshd(dir: string, authorizedKey: string): Promise<SshServer> {
  await mkdir(dir, { recursive: true });
  if (process.getuid?.() === 0) await mkdir("/run/sshd", { recursive: true, mode: 0o755 }); // which a service's start makes, and it asks for
  await execa("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", join(dir, "host")]);
  await writeFile(join(dir, "authorized"), authorizedKey);
  const port = await freePort();
  await writeFile(join(dir, "config"), [
    `Port ${port}`, "ListenAddress 127.0.0.1", `HostKey ${join(dir, "host")}`, "PidFile none", `AuthorizedKeysFile ${join(dir, "authorized")}`,
    "StrictModes no", "UsePAM no", "PasswordAuthentication no", "KbdInteractiveAuthentication no", "PermitRootLogin prohibit-password", "AllowTcpForwarding yes", "",
  ].join("\n"));
  const service = startService("sshd", [sshd, "-D", "-e", "-f", join(dir, "config")], { cwd: dir, env: { PATH: process.env["PATH"] } });
  await service.line(/Server listening/);
  const [type, key] = (await readFile(join(dir, "host.pub"), "utf8")).split(" ");
  return {
    host: "127.0.0.1", port, user: userInfo().username, hostKey: `${type} ${key!.trim()}`,
    stop: () => service.stop(),
  };
}
