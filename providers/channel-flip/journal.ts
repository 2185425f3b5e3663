import { randomBytes } from "node:crypto";
import { mkdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { ifPresent } from "#store/errors";
import { flush, writeDurably } from "#store/durable";
import { workDir } from "#providers/shared/project";
import type { FlipInputs } from "#providers/channel-flip/inputs";

/** Where each site's channel pointed before the first of them was moved; null: nowhere. */
export type Former = Readonly<Record<string, string | null>>;

type Flip = Pick<FlipInputs, "channel" | "image" | "wave">;

const schema = z.object({ schemaVersion: z.literal(1), to: z.string(), former: z.record(z.string(), z.string().nullable()) });

/**
 * What a run that died half-way would have restored. Where it is lost (another machine goes on), the state's word counts.
 * @param said Where the store says that the channel points: a run that got so far had nothing to restore any more.
 */
export async function readJournal(flip: Flip, said: string | undefined): Promise<Former> {
  const journal = await parsed(flip);
  return !journal || journal === "damaged" || journal.to === said ? {} : journal.former;
}

/** Release that a run began to move to, and did not end: it died, or is under way. */
export async function begunMove(flip: Flip): Promise<string | undefined> {
  const journal = await parsed(flip);
  return journal === "damaged" ? "another release" : journal?.to;
}

async function parsed(flip: Flip): Promise<z.infer<typeof schema> | "damaged" | undefined> {
  const text = await ifPresent(readFile(fileOf(flip), "utf8"));
  if (text === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return "damaged";
  }
}

/** On disk before the first site is moved. */
export async function writeJournal(flip: Flip & { readonly version: string }, former: Former): Promise<void> {
  await mkdir(dir(), { recursive: true });
  const unfinished = `${fileOf(flip)}.${randomBytes(4).toString("hex")}`;
  await writeDurably(unfinished, `${JSON.stringify({ schemaVersion: 1, to: flip.version, former })}\n`, 0o644);
  await rename(unfinished, fileOf(flip));
  await flush(dir());
}

/** Everything is where it should be. */
export async function forgetJournal(flip: Flip): Promise<void> {
  await rm(fileOf(flip), { force: true });
}

function dir(): string {
  return join(workDir(), "flips");
}

function fileOf({ channel, image, wave }: Flip): string {
  return join(dir(), `${channel}@${image}@${wave}.json`);
}
