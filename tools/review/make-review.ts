import { readFile } from "node:fs/promises";
import type { Unreachable } from "#fleet/probe-sites";
import type { PlanFacts, PlannedImage } from "#fleet/write-plan";
import { isPublic } from "#model/config/public-site";
import type { FleetConfig } from "#model/config/types";
import { siteOf, type Place } from "#model/places";
import { compareVersions } from "#model/version";
import type { Store } from "#store/store";
import { changes } from "./changes.ts";
import { channelMoves } from "./channel-moves.ts";
import { artifactsOf, expectedTime } from "./estimates.ts";
import { exposures } from "./exposures.ts";
import { readPreviewLog } from "./preview-log.ts";
import { registrations } from "./registrations.ts";
import { removals } from "./removals.ts";
import type { BuildReview, KeyChange, ReleaseReview, Review } from "./review.ts";

export interface ReviewInput {
  readonly stack: string;
  readonly config: FleetConfig;
  readonly store: Store;
  /** Files that the engine and the program have written. */
  readonly log: string;
  readonly plan: string;
  /** Whether the engine came to its end. */
  readonly complete: boolean;
  /** What the run was to reach. */
  readonly places: readonly Place[];
  readonly unreachable: readonly Unreachable[];
  readonly keys: readonly KeyChange[];
}

/** Puts together what the engine, the program and the store say of a change. */
export async function makeReview(input: ReviewInput): Promise<Review> {
  const { stack, config, store, complete, places, unreachable, keys } = input;
  const [{ steps, policies, errors }, { images: plan, channels, waiting, revoked, containing, promoted }] = await Promise.all([readPreviewLog(input.log), readPlan(input.plan)]);
  const rows = registrations(steps, plan, { places, unreachable });
  const planned = (image: string) => plan.find((one) => one.image === image);
  const releases = await Promise.all(rows.map(async (row): Promise<ReleaseReview> => ({ ...row, artifacts: await artifactsOf(store, row.image, row.version, planned(row.image)?.formats ?? []) })));
  const publicSites = Object.values(config.sites).filter((site) => isPublic(site)).map(({ name }) => name);
  return {
    schemaVersion: 1, stack, complete, errors: complete ? [] : errors,
    releases: releases.sort((a, b) => (a.image === b.image ? compareVersions(b.version, a.version) : a.image < b.image ? -1 : 1)),
    builds: await Promise.all(plan.filter(({ stored }) => !stored).map((image) => buildOf(store, image))),
    channels: channelMoves(steps, channels, waiting), promoted, exposures: exposures(steps), removals: removals(steps, plan, config, revoked),
    kept: plan.flatMap(({ image, stays }) => stays.map(({ version, why }) => ({ image, version, why }))),
    revoked: [...revoked.map(({ image, version, reason }) => ({ image, version, why: reason })), ...containing.map(({ image, version, contains }) => ({ image, version, why: `it contains ${contains}, and stays` }))],
    changes: changes(steps), policies, keys,
    notLookedAt: unreachable.map((lost) => ({ ...lost, public: publicSites.includes(siteOf(lost.place)) })),
  };
}

async function buildOf(store: Store, { image, version, reasons, formats }: PlannedImage): Promise<BuildReview> {
  const expected = await expectedTime(store, image, formats);
  return { image, version, reasons, ...(expected && { expected }) };
}

/** Nothing where the program did not come so far. */
async function readPlan(file: string): Promise<Pick<PlanFacts, "images" | "channels" | "waiting" | "revoked" | "containing" | "promoted">> {
  const text = await readFile(file, "utf8").catch(() => undefined);
  return text === undefined ? { images: [], channels: [], waiting: [], revoked: [], containing: [], promoted: [] } : (JSON.parse(text) as PlanFacts);
}

/** Where the run could not even begin. */
export function failedReview(stack: string, error: Error): Review {
  return { schemaVersion: 1, stack, complete: false, errors: [error.message], releases: [], builds: [], channels: [], promoted: [], exposures: [], removals: [], kept: [], revoked: [], changes: [], policies: [], keys: [], notLookedAt: [] };
}
