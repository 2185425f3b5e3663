import { setTimeout as sleep } from "node:timers/promises";
import type { ConfigFault } from "#model/config/config-error";
import type { GcpSite } from "#model/config/sites/gcp";
import { gcpImageName } from "#model/gcp-image";
import { ownerOf } from "#model/owner";
import { deleteImage, getImage, listImages } from "#providers/shared/gcp/compute";
import type { ComputeImage } from "#providers/shared/gcp/compute-image";
import { GcpError } from "#providers/shared/gcp/gcp-error";
import { openGcp, type Gcp } from "#providers/shared/gcp/open-gcp";
import type { Found, Search, WantedRegistration } from "#fleet/found/found";
import { match } from "#fleet/found/gcp-match";
import { stateIds } from "#fleet/found/state";

/** Names in one question: the address of a request may not be of any length. */
const namesAtOnce = 50;
/** Milliseconds between two looks at an image that is being made, and for how long. */
const interval = 3_000;
const patience = 3_600_000;

interface Answer {
  readonly id?: readonly [string, string];
  readonly refusal?: ConfigFault;
}

/**
 * What the project has of what is wanted and the state lacks, by name, build key and owner: with one listing, of the wanted
 * names alone. In an update, images that could not be made are deleted, and those that are being made are waited for.
 */
export async function findGcp(site: GcpSite, wanted: readonly WantedRegistration[], search: Search): Promise<Found> {
  const gcp = openGcp(site.project);
  try {
    const named = new Map((await listNamed(gcp, wanted.map(gcpImageName))).map((image) => [image.name, image]));
    const answers = await Promise.all(wanted.map((one) => findOne(gcp, site, one, named.get(gcpImageName(one)), search)));
    const ids = Object.fromEntries(answers.flatMap(({ id }) => (id ? [id] : [])));
    const refusals = answers.flatMap(({ refusal }) => refusal ?? []);
    return { ids, refusals, unreachable: [] };
  } catch (error) {
    if (!(error instanceof GcpError)) throw error;
    return { ids: {}, refusals: [], unreachable: [{ place: site.name, cause: error.fault.cause }] };
  }
}

async function listNamed(gcp: Gcp, names: readonly string[]): Promise<ComputeImage[]> {
  const lists = [];
  for (let from = 0; from < names.length; from += namesAtOnce) lists.push(await listImages(gcp, names.slice(from, from + namesAtOnce).map((name) => `(name = "${name}")`).join(" OR ")));
  return lists.flat();
}

async function findOne(gcp: Gcp, site: GcpSite, wanted: WantedRegistration, image: ComputeImage | undefined, search: Search): Promise<Answer> {
  if (!image) return {};
  const id = `projects/${site.project}/global/images/${image.name}`;
  const found = match(image, wanted, ownerOf(search));
  const known = (await stateIds(search.stack)).has(id);
  if (found.is === "other" || (found.is === "unsaid" && !known)) return { refusal: refusal(site, image, found.why) };
  // one that the state has is left to its check; to name it as one to import would keep the engine from replacing it
  const whole = !known && (await finished(gcp, site, wanted, image, search));
  return whole ? { id: [`${site.name}/${wanted.image}@${wanted.version}/${wanted.format}`, id] } : {};
}

/** The stack is locked, so whoever asked for the image is dead, and only Compute Engine is still at work. */
async function finished(gcp: Gcp, site: GcpSite, wanted: WantedRegistration, found: ComputeImage, { mayChange, log }: Search): Promise<boolean> {
  const say = (text: string): void => log(`[${site.name}/${wanted.image}] ${wanted.version}: ${text}`);
  const until = Date.now() + patience;
  for (let image: ComputeImage | undefined = found; image; image = await getImage(gcp, found.name)) {
    if (image.status === "READY") return true;
    if (image.status === "FAILED") {
      if (mayChange) await deleteImage(gcp, image.name);
      say(`Compute Engine could not make the image ${image.name}: ${mayChange ? "deleted, to be made again" : "an update deletes it and makes it again"}`);
      return false;
    }
    if (!mayChange) return image.status === "PENDING";
    if (Date.now() > until) throw new GcpError({ action: `wait for the image ${image.name}`, place: gcp.place, cause: `the image ${image.name} is still ${image.status.toLowerCase()}`, hint: "run the same command again later" });
    if (image === found) say(`the image ${image.name} is ${image.status.toLowerCase()}; waiting`);
    await sleep(interval);
  }
  return false;
}

function refusal({ name: site, project }: GcpSite, { name }: ComputeImage, why: string): ConfigFault {
  return {
    path: `imagefleet:sites.${site}`,
    problem: `the name ${name} is taken by an image of the project ${project}; ${why}`,
    hint: `look at it, then delete it if nobody needs it: gcloud compute images delete ${name} --project=${project}`,
  };
}
