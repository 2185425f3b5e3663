import { Mutex, Semaphore } from "async-mutex";
import { FleetError } from "#model/errors";
import type { Progress } from "#providers/shared/progress";
import type { Former } from "#providers/channel-flip/journal";
import type { PointerTarget } from "#providers/channel-flip/pointer";
import { pointedText, pointsAt } from "#providers/channel-flip/pointed";
import type { FlipSite } from "#providers/channel-flip/targets";

/** Sites that are asked or moved at a time. */
const sideBySide = new Semaphore(8);

/** By site and image. Channels may share a place there that is read and written whole, such as the description of a library item. */
const oneChannelAtATime = new Map<string, Mutex>();

/** A site on which something failed, and why. */
export interface SiteFailure {
  readonly site: FlipSite;
  readonly cause: string;
  readonly hint?: string;
}

/** Does the same on each site. @returns those on which it failed. */
export async function onEach(sites: readonly FlipSite[], work: (site: FlipSite) => Promise<void>): Promise<SiteFailure[]> {
  const done = await Promise.all(sites.map((site) => sideBySide.runExclusive(() => work(site).then(() => undefined, (error: unknown) => failureOf(site, error)))));
  return done.filter((failure) => failure !== undefined);
}

/** Moves the channel on each site and reads back what was moved. */
export function moveEach(sites: readonly FlipSite[], version: string | undefined, progress: Progress): Promise<SiteFailure[]> {
  return onEach(sites, async ({ target, pointers }) => {
    progress.say(`${target.site.name}: pointing at ${version ?? "nothing"}`);
    const found = await alone(target, async () => {
      await pointers.move(target, version);
      return pointers.read(target);
    });
    if (!pointsAt(found, version)) throw new FleetError({ action: `move ${target.channel}`, cause: `it was moved, but reading it back says: ${pointedText(found)}` });
  });
}

/** Puts each site back to where it pointed. @returns those that could not be. */
export function restoreEach(sites: readonly FlipSite[], former: Former, progress: Progress): Promise<SiteFailure[]> {
  return onEach(sites, async ({ target, pointers }) => {
    const version = former[target.site.name] ?? undefined;
    progress.say(`${target.site.name}: restoring ${version ?? "nothing"}`);
    await alone(target, () => pointers.move(target, version));
  });
}

function alone<T>({ site, image }: PointerTarget, work: () => Promise<T>): Promise<T> {
  const name = `${site.name}/${image}`;
  if (!oneChannelAtATime.has(name)) oneChannelAtATime.set(name, new Mutex());
  return oneChannelAtATime.get(name)!.runExclusive(work);
}

/** `frankfurt: <cause>; laptop: <cause>` */
export function failuresText(failures: readonly SiteFailure[]): string {
  return failures.map(({ site, cause }) => `${site.target.site.name}: ${cause}`).join("; ");
}

function failureOf(site: FlipSite, error: unknown): SiteFailure {
  if (!(error instanceof FleetError)) return { site, cause: error instanceof Error ? error.message : String(error) };
  const { place, cause, hint } = error.fault;
  return { site, cause: place === undefined ? cause : `${cause} (${place})`, hint };
}
