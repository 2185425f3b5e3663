import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { machineFiles } from "#providers/inspection/boot/machine";
import { runProgram } from "#providers/inspection/boot/run-program";

export const keyFile = "key";

/**
 * Whom the seed lets in, in the order that they are tried. root needs nothing of the image, and is how images without
 * cloud-init do it; a hardened image that refuses root makes the other one, who needs no rights.
 */
export const logins = ["root", "imagefleet"] as const;

/**
 * Makes a login key and a NoCloud seed with it in a guest's private directory. Nothing but the login is asked for, beside what
 * the image does by itself, so that it boots as it would anywhere.
 */
export async function makeSeed(dir: string, purpose: string): Promise<void> {
  const action = `make the seed to ${purpose}`;
  await runProgram("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "imagefleet-boot", "-f", join(dir, keyFile)], action);
  const publicKey = (await readFile(join(dir, `${keyFile}.pub`), "utf8")).trim();
  const users = logins.map((name) => ({ name, ssh_authorized_keys: [publicKey], ...(name === "root" ? {} : { lock_passwd: true, shell: "/bin/sh" }) }));
  await mkdir(join(dir, "seed"));
  await writeFile(join(dir, "seed/meta-data"), JSON.stringify({ "instance-id": `imagefleet-boot-${Date.now()}` }));
  await writeFile(join(dir, "seed/user-data"), `#cloud-config\n${JSON.stringify({ disable_root: false, users: ["default", ...users] })}\n`);
  await runProgram("xorriso", ["-as", "mkisofs", "-quiet", "-V", "cidata", "-J", "-r", "-o", join(dir, machineFiles.seed), join(dir, "seed")], action);
}
