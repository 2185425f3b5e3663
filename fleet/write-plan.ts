import { writeFile } from "node:fs/promises";
import type { PlannedFleet } from "#fleet/plan-images";
import type { ImagePlan } from "#model/plan";

/** What a review needs of the plan: why, which no event of the engine says. */
export interface PlanFacts {
  readonly schemaVersion: 1;
  readonly project: string;
  readonly stack: string;
  /** Parents before children. */
  readonly images: readonly PlannedImage[];
  readonly channels: PlannedFleet["channels"];
  /** Channels that point nowhere before somebody asks. */
  readonly waiting: PlannedFleet["waiting"];
  readonly revoked: PlannedFleet["revoked"];
  /** Releases that are layered on a revoked one, and stay. */
  readonly containing: PlannedFleet["containing"];
  readonly promoted: PlannedFleet["promoted"];
}

export interface PlannedImage extends Pick<ImagePlan, "version" | "key" | "reasons" | "stays" | "dropped"> {
  readonly image: string;
  readonly parent?: string;
  readonly sites: readonly string[];
  /** Names of the formats that its sites need. */
  readonly formats: readonly string[];
  /** Whether the store has the release: else it will be built. */
  readonly stored: boolean;
  /** Versions of older releases that stay, newest first. */
  readonly retained: readonly string[];
}

/** Writes the plan as JSON to the file of IMAGEFLEET_PLAN_FILE, where that is set: `npm run preview` reads it. */
export async function writePlan(project: string, stack: string, { images, channels, waiting, revoked, containing, promoted }: Omit<PlannedFleet, "faults">): Promise<void> {
  const file = process.env["IMAGEFLEET_PLAN_FILE"];
  if (!file) return;
  const facts: PlanFacts = { schemaVersion: 1, project, stack, images: images.map(factsOf), channels, waiting, revoked, containing, promoted };
  await writeFile(file, JSON.stringify(facts));
}

function factsOf({ image: { name: image, parent, sites }, version, key, formats, release, reasons, retained, stays, dropped }: ImagePlan): PlannedImage {
  return {
    image, ...(parent !== undefined && { parent }), version, key, sites, formats: formats.map(({ name }) => name),
    stored: release !== undefined, reasons, retained: retained.map(({ build }) => build.version), stays, dropped,
  };
}
