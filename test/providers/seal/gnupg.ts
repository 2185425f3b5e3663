import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { baseEnvironment, exec, type ExecResult } from "#providers/shared/exec";

/** A GnuPG home of a test's own: knows no key but what is imported into it. */
export class GnuPg {
  readonly home = mkdtempSync(join(tmpdir(), "imagefleet-gnupg-"));

  async run(...args: string[]): Promise<ExecResult> {
    const env = { ...baseEnvironment(), GNUPGHOME: this.home, LC_ALL: "C" };
    return exec("gpg", ["--batch", "--no-tty", "--pinentry-mode", "loopback", ...args], { env, timeoutMs: 60_000 });
  }

  async must(...args: string[]): Promise<string> {
    const result = await this.run(...args);
    if (!result.ok) throw new Error(`gpg ${args.join(" ")}: ${result.tail.join("\n")}`);
    return result.stdout;
  }

  /** Makes a key. @returns its fingerprint */
  async makeKey(algorithm: string, usage = "sign", passphrase = "", expiry = "1y"): Promise<string> {
    await this.must("--passphrase", passphrase, "--quick-gen-key", `${algorithm} ${usage}`, algorithm, usage, expiry);
    const listing = await this.must("--with-colons", "--list-keys", `=${algorithm} ${usage}`);
    return listing.split("\n").find((line) => line.startsWith("fpr:"))!.split(":")[9]!;
  }

  async secretKey(fingerprint: string, passphrase = ""): Promise<string> {
    return `${await this.must("--passphrase", passphrase, "--armor", "--export-secret-keys", fingerprint)}\n`;
  }

  async import(text: string): Promise<void> {
    const file = join(this.home, "import.asc");
    writeFileSync(file, text);
    await this.must("--import", file);
  }

  /** Revokes a key with the certificate that gpg made along with it. */
  async revoke(fingerprint: string): Promise<void> {
    const text = readFileSync(join(this.home, "openpgp-revocs.d", `${fingerprint}.rev`), "utf8");
    await this.import(text.replace(":-----BEGIN", "-----BEGIN")); // gpg guards it against accidents so
  }

  /** Lines of gpg's machine-readable verdict, without their prefix. */
  async verify(signature: string, file: string): Promise<string[]> {
    const { stdout, ok } = await this.run("--status-fd", "1", "--verify", signature, file);
    return [...stdout.split("\n").map((line) => line.replace("[GNUPG:] ", "")), `ok ${ok}`];
  }

  async remove(): Promise<void> {
    mkdirSync(this.home, { recursive: true });
    await exec("gpgconf", ["--homedir", this.home, "--kill", "all"], { env: baseEnvironment(), timeoutMs: 20_000 });
    rmSync(this.home, { recursive: true, force: true });
  }
}
