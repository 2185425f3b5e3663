import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { FleetError } from "#model/errors";
import { baseEnvironment, exec } from "#providers/shared/exec";

export const loginKeyName = "login-key";

/** A key pair for one build alone, so that no image and no cached disk ever holds a key that opens another guest. */
export async function makeLoginKey(dir: string, image: string): Promise<{ file: string; publicKey: string }> {
  const file = join(dir, loginKeyName);
  const result = await exec("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "imagefleet-build", "-f", file], { env: baseEnvironment() });
  if (!result.ok) throw new FleetError({ action: `make the login key for the build of ${image}`, place: file, cause: result.tail.join("\n") || `ssh-keygen: ${result.ended ?? result.exitCode}`, hint: "npm run doctor" });
  return { file, publicKey: (await readFile(`${file}.pub`, "utf8")).trim() };
}
