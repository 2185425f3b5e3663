import type { Image } from "#providers/inspection/hygiene/image";
import { saidLines } from "#providers/inspection/hygiene/look";

export interface SshdSetting {
  readonly value: string;
  /** File that says so. */
  readonly place: string;
}

const main = "/etc/ssh/sshd_config";
const deepest = 16;

/**
 * What sshd's configuration says outside of Match blocks, by lower-case keyword: as sshd reads it, the first value counts and
 * Include takes files where it stands. Without sshd it is empty.
 */
export async function sshdSettings(image: Image): Promise<ReadonlyMap<string, SshdSetting>> {
  const said = new Map<string, SshdSetting>();
  await readInto(said, image, main, 0);
  return said;
}

async function readInto(said: Map<string, SshdSetting>, image: Image, place: string, depth: number): Promise<void> {
  for (const line of saidLines(await image.text(place))) {
    const [, keyword = "", value = ""] = /^(\w+)[\s=]+(.*)$/.exec(line) ?? [];
    const key = keyword.toLowerCase();
    if (key === "match") return;
    if (key === "include") for (const path of depth < deepest ? included(image, value) : []) await readInto(said, image, path, depth + 1);
    else if (key !== "" && !said.has(key)) said.set(key, { value: unquoted(value), place });
  }
}

function included(image: Image, value: string): string[] {
  const patterns = value.split(/\s+/).map((name) => unquoted(name)).map((name) => (name.startsWith("/") ? name : `/etc/ssh/${name}`));
  return patterns.flatMap((pattern) => image.find(pattern).map(({ path }) => path));
}

function unquoted(value: string): string {
  return value.replace(/^"(.*)"$/, "$1");
}
