import { FleetError } from "#model/errors";
import { releaseName, type ReleaseId } from "#model/release";

/** What keeps a site from having a release whole: `region eu-west-1: it is pending`. @throws FleetError where there is any. */
export function requireWhole(site: string, id: ReleaseId, faults: readonly string[]): void {
  if (faults.length === 0) return;
  throw new FleetError({
    action: `verify ${releaseName(id)}`, place: `site ${site}`, cause: `the site has not got it whole: ${faults.join("; ")}`,
    hint: "npm run drift -- --repair puts right what has changed, npm run up registers what is missing",
  });
}
