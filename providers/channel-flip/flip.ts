import type { FleetConfig } from "#model/config/types";
import { FleetError } from "#model/errors";
import type { Store } from "#store/store";
import { requireApproval } from "#providers/approval/require-approval";
import { requireRequest } from "#providers/publish-request/require-request";
import type { Progress } from "#providers/shared/progress";
import { requireOwn, writeDocument } from "#providers/channel-flip/document";
import { awaitFormerWave } from "#providers/channel-flip/former-wave";
import { actionOf, type FlipInputs, type FlipOutputs } from "#providers/channel-flip/inputs";
import { forgetJournal, readJournal, writeJournal, type Former } from "#providers/channel-flip/journal";
import { failuresText, moveEach, onEach, restoreEach, type SiteFailure } from "#providers/channel-flip/move-sites";
import { pointsAt } from "#providers/channel-flip/pointed";
import { slim } from "#providers/channel-flip/slim";
import { flipSites, type FlipSite } from "#providers/channel-flip/targets";

export interface Flipping {
  readonly config: FleetConfig;
  readonly store: Store;
  readonly inputs: FlipInputs;
  /** What the state says, where the channel was there before. */
  readonly before?: Pick<FlipOutputs, "version" | "since" | "asked">;
  readonly progress: Progress;
}

/**
 * Moves a channel on all required sites of its wave, or on none: nothing moves before all of them have the release whole, and one that
 * fails takes the others back. Done again after a kill anywhere, it finishes.
 */
export async function flip(flipping: Flipping): Promise<Moved> {
  const { config, store, inputs, before, progress } = flipping;
  const said = await requireOwn(store, inputs);
  const asked = await askedFor(flipping, said?.version);
  if (inputs.approval && before?.version !== inputs.version) await requireApproval(inputs, config.approvals, actionOf(inputs));
  await awaitFormerWave(config, inputs, progress);
  const sites = await flipSites(config, inputs, inputs.sites);
  const unverified = await verifyAll(sites, inputs, progress);
  const { former, toMove, silent } = await whereTheyPoint(without(sites, unverified), said?.version, flipping);
  if (toMove.length > 0) await writeJournal(inputs, former);
  const unmoved = await moveAll(toMove, former, flipping);
  await forgetJournal(inputs);
  const lagging = [...unverified, ...silent, ...unmoved].map((failure) => failuresText([failure]).slice(0, longest));
  for (const text of lagging) console.log(`[${inputs.channel}/${inputs.image}] ${inputs.version} lags on ${text}`);
  return { since: toMove.length > 0 || !before ? new Date().toISOString() : before.since, lagging: slim(lagging), ...(asked !== undefined && { asked }) };
}

/** What a move adds to what was wanted. */
export type Moved = Pick<FlipOutputs, "since" | "lagging" | "asked">;

/** What was carried out once is mended without being asked again. @throws FleetError where nobody asks for the release in time. */
async function askedFor({ config, store, inputs, before }: Flipping, said: string | undefined): Promise<string | undefined> {
  if (inputs.request === undefined || before?.version === inputs.version) return before?.asked;
  return requireRequest(store, config.requests, { ...inputs, channel: inputs.request }, { action: actionOf(inputs), last: before?.asked, begun: said === inputs.version });
}

/** The state stays slim. */
const longest = 120;

/** @returns best-effort sites that do not have the release. @throws FleetError where a required one does not: nothing has moved. */
async function verifyAll(sites: readonly FlipSite[], inputs: FlipInputs, progress: Progress): Promise<SiteFailure[]> {
  progress.begin("looking whether all sites have the release");
  const failures = await onEach(sites, ({ target, pointers }) => pointers.verify(target, inputs.version));
  const required = failures.filter(isRequired(inputs));
  if (required.length === 0) return failures;
  throw new FleetError({
    action: actionOf(inputs),
    cause: `${failuresText(required)}; nothing was moved`,
    hint: required.find(({ hint }) => hint !== undefined)?.hint ?? "run `npm run up` again: it makes right what the sites lack",
  });
}

interface Pointing {
  readonly former: Former;
  /** Sites that do not point at the release yet, or of which a run that died may have moved some. */
  readonly toMove: readonly FlipSite[];
  /** Best-effort sites that do not say. */
  readonly silent: readonly SiteFailure[];
}

/**
 * Where each site pointed before any was moved: a run that died on the way wrote it down. Where its word is lost and a site points at the
 * release already, the state knows, or the store.
 * @param said Where the store says that the channel points.
 */
async function whereTheyPoint(sites: readonly FlipSite[], said: string | undefined, { inputs, before }: Flipping): Promise<Pointing> {
  const known = await readJournal(inputs, said);
  const last = before?.version ?? said;
  const former: Record<string, string | null> = {};
  const toMove = new Set<FlipSite>();
  const silent = await onEach(sites, async (site) => {
    const { name } = site.target.site;
    const found = await site.pointers.read(site.target);
    const untouched = !found.mixed && found.version !== inputs.version;
    former[name] = name in known ? known[name]! : untouched ? (found.version ?? null) : (last ?? (found.mixed ? null : inputs.version));
    if (!pointsAt(found, inputs.version) || former[name] !== inputs.version) toMove.add(site);
  });
  const required = silent.filter(isRequired(inputs));
  if (required.length > 0) throw new FleetError({ action: actionOf(inputs), cause: `${failuresText(required)}; nothing was moved`, hint: required[0]?.hint });
  return { former, toMove: sites.filter((site) => toMove.has(site)), silent };
}

/** @returns best-effort sites that could not be moved. @throws FleetError where a required one could not, after restoring the others. */
async function moveAll(sites: readonly FlipSite[], former: Former, { inputs, store, progress }: Flipping): Promise<SiteFailure[]> {
  progress.begin(`moving to ${inputs.version}`);
  const failures = await moveEach(sites, inputs.version, progress);
  const required = failures.filter(isRequired(inputs));
  const cause = required.length > 0 ? failuresText(required) : inputs.last ? await recordFailure(store, inputs) : undefined;
  if (cause === undefined) {
    await restoreEach(failures.map(({ site }) => site), former, progress);
    return failures;
  }
  throw await takenBack(sites, former, cause, inputs, progress);
}

async function recordFailure(store: Store, inputs: FlipInputs): Promise<string | undefined> {
  return writeDocument(store, inputs).then(() => undefined, (error: unknown) => `the store was not told: ${error instanceof FleetError ? error.fault.cause : String(error)}`);
}

/** The engine keeps the former state of what failed, so the sites go back to it too. */
async function takenBack(sites: readonly FlipSite[], former: Former, cause: string, inputs: FlipInputs, progress: Progress): Promise<FleetError> {
  progress.begin("restoring where the channel pointed");
  const stuck = await restoreEach(sites, former, progress);
  if (stuck.length === 0) await forgetJournal(inputs);
  const restored = without(sites, stuck).map(({ target: { site: { name } } }) => `${name} points at ${former[name] ?? "nothing"} again`);
  const left = stuck.map(({ site, cause: why }) => `${site.target.site.name} could not be restored: ${why}`);
  return new FleetError({
    action: actionOf(inputs),
    cause: [cause, ...restored, ...left].join("; "),
    hint: "make right what failed, then run `npm run up` again",
  });
}

function isRequired({ bestEffort }: FlipInputs): (failure: SiteFailure) => boolean {
  return ({ site }) => !bestEffort.includes(site.target.site.name);
}

function without(sites: readonly FlipSite[], failures: readonly SiteFailure[]): FlipSite[] {
  return sites.filter((site) => !failures.some((failure) => failure.site === site));
}
