import { join, resolve } from "node:path";
import { guarded } from "#store/errors";
import { formatsOf } from "#model/config/sites/site-kinds";
import type { LocalSite, VagrantSite } from "#model/config/types";
import { releaseName } from "#model/release";
import { formatPath } from "#providers/local-catalog/layout";
import { readMarker } from "#providers/local-catalog/marker";
import { withdraw } from "#providers/local-catalog/withdraw";
import { projectDir } from "#providers/shared/project";
import type { SiteStatus, StatusTarget } from "#providers/release-status/site-status";

/** A directory of images has a release or not: withdrawn, its files are gone. What brings it back is its registration. */
export const catalogStatus: SiteStatus = {
  async withdraw(target) {
    const { image, version, site } = target;
    for (const { format, claim } of await published(target)) {
      await guarded(`withdraw ${releaseName(target)} as ${format} from ${site.name}`, rootOf(target), () => withdraw(rootOf(target), { image, version, format, claim }));
    }
  },

  async read(target) {
    return (await published(target)).map(({ format }) => `the catalog has its ${format}`);
  },
};

/** Formats of the release that are there and ours. */
async function published(target: StatusTarget): Promise<{ format: string; claim: string }[]> {
  const { image, version, site } = target;
  const found = await Promise.all(formatsOf(site).map(async (format) => ({ format, marker: await readMarker(join(rootOf(target), formatPath({ image, version, format }))) })));
  return found.flatMap(({ format, marker }) => (typeof marker === "object" ? [{ format, claim: marker.claim }] : []));
}

function rootOf({ site }: StatusTarget): string {
  return resolve(projectDir(), (site as LocalSite | VagrantSite).path);
}
