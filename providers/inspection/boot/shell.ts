import { connect } from "node:net";
import { join } from "node:path";
import { baseEnvironment, exec, type ExecOptions, type ExecResult } from "#providers/shared/exec";
import { keyFile } from "#providers/inspection/boot/seed";

export const knownHosts = "known_hosts";

/** OpenSSH to a guest: with this boot's key and known hosts alone, whatever the user's own configuration says. */
export class Shell {
  user = "root";
  private readonly dir: string;
  private readonly port: number;
  private readonly host: string;

  /** @param dir Holds the boot's key, and what is known of the host. */
  constructor(dir: string, port: number, host = "127.0.0.1") {
    this.dir = dir;
    this.port = port;
    this.host = host;
  }

  /** Runs `sh` with a script in the guest. */
  run(script: string, options: Partial<ExecOptions> = {}): Promise<ExecResult> {
    const quoted = `'${script.replaceAll("'", "'\\''")}'`;
    return exec("ssh", ["-p", String(this.port), ...this.options(), `${this.user}@${this.host}`, `exec sh -c ${quoted}`], { env: baseEnvironment(), graceMs: 1000, ...options });
  }

  /** Copies files into a directory of the guest. */
  send(files: readonly string[], directory: string, options: Partial<ExecOptions> = {}): Promise<ExecResult> {
    return exec("scp", ["-q", "-P", String(this.port), ...this.options(), ...files, `${this.user}@${this.host}:${directory}/`], { env: baseEnvironment(), graceMs: 1000, ...options });
  }

  /**
   * Does the guest's SSH answer? QEMU's user network accepts connections from the first moment and then lets them wait, so
   * this looks for the server's greeting, on a new connection each time.
   */
  greets(timeoutMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const socket = connect(this.port, this.host);
      const answer = (greeted: boolean) => () => { socket.destroy(); resolve(greeted); };
      socket.setTimeout(timeoutMs, answer(false)).once("error", answer(false)).once("close", answer(false)).once("data", answer(true));
    });
  }

  private options(): string[] {
    const options = {
      IdentityFile: join(this.dir, keyFile), IdentitiesOnly: "yes", IdentityAgent: "none", PreferredAuthentications: "publickey", BatchMode: "yes",
      UserKnownHostsFile: join(this.dir, knownHosts), GlobalKnownHostsFile: "/dev/null", StrictHostKeyChecking: "accept-new", HashKnownHosts: "no",
      LogLevel: "ERROR", ConnectTimeout: "60", ServerAliveInterval: "15", ServerAliveCountMax: "8",
    };
    return ["-F", "none", ...Object.entries(options).flatMap(([name, value]) => ["-o", `${name}="${value}"`])];
  }
}
