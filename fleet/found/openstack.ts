import { setTimeout as sleep } from "node:timers/promises";
import type { ConfigFault } from "#model/config/config-error";
import type { OpenstackSite } from "#model/config/sites/openstack";
import { openstackImageName } from "#model/openstack-image";
import { ownerOf } from "#model/owner";
import { rememberedHash } from "#providers/shared/artifact-hash";
import { CloudError } from "#providers/shared/openstack/cloud-error";
import { deleteImage, getImage, listImages, listMembers, patchImage } from "#providers/shared/openstack/glance";
import { isComing, type GlanceImage } from "#providers/shared/openstack/glance-image";
import { openCloud, type Cloud } from "#providers/shared/openstack/open-cloud";
import { unreachableCause } from "#providers/shared/unreachable";
import type { Found, Search, WantedRegistration } from "#fleet/found/found";
import { match, type Match } from "#fleet/found/openstack-match";
import { stateIds } from "#fleet/found/state";

/** Names in one question: the address of a request may not be of any length. */
const namesAtOnce = 50;
/** Milliseconds between two looks at an image whose bytes are on their way. */
const interval = 2_000;

interface Candidate {
  readonly image: GlanceImage;
  readonly match: Match;
}

interface Answer {
  readonly ids?: Record<string, string>;
  readonly refusal?: ConfigFault;
}

/**
 * What the region has of what is wanted, by name, build key and owner tag: with one listing, of the wanted names alone. In an
 * update, images whose bytes will never come are deleted, and those whose bytes are on their way are waited for.
 */
export async function findOpenstack(site: OpenstackSite, wanted: readonly WantedRegistration[], search: Search): Promise<Found> {
  try {
    const cloud = await openCloud(site.cloud, site.region);
    const byName = Map.groupBy(await listNamed(cloud, wanted.map(openstackImageName)), ({ name }) => name);
    const answers = await Promise.all(wanted.map((one) => findOne(cloud, site, one, byName.get(openstackImageName(one)) ?? [], search)));
    return { ids: Object.assign({}, ...answers.map(({ ids }) => ids)) as Found["ids"], refusals: answers.flatMap(({ refusal }) => refusal ?? []), unreachable: [] };
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    return { ids: {}, refusals: [], unreachable: [{ place: site.name, cause: unreachableCause(error) }] };
  }
}

async function listNamed(cloud: Cloud, names: readonly string[]): Promise<GlanceImage[]> {
  const owner = names.length > 0 ? await cloud.project() : "";
  const lists = [];
  for (let from = 0; from < names.length; from += namesAtOnce) lists.push(await listImages(cloud, { owner, name: `in:${names.slice(from, from + namesAtOnce).join(",")}` }));
  return lists.flat();
}

async function findOne(cloud: Cloud, site: OpenstackSite, wanted: WantedRegistration, images: readonly GlanceImage[], search: Search): Promise<Answer> {
  const owner = ownerOf(search);
  const candidates = await Promise.all(images.map(async (image): Promise<Candidate> => ({ image, match: match(image, wanted, owner, await hashOf(image, wanted)) })));
  const there = (await Promise.all(candidates.map((candidate) => settled(cloud, site, wanted, candidate, search)))).filter((candidate) => candidate !== undefined);
  const [only, ...more] = there;
  if (!only) return {};
  if (more.length === 0 && only.match.is === "ours") return adopted(cloud, site, wanted, only.image, search);
  const known = await stateIds(search.stack);
  const own = there.find(({ image }) => known.has(image.id));
  return own ? adopted(cloud, site, wanted, own.image, search) : { refusal: refusal(site, wanted, there) };
}

/**
 * An unfinished image that the state has is left to the check of its registration: it knows how to have it made again, while
 * here the engine would go on as if it were there.
 */
async function settled(cloud: Cloud, site: OpenstackSite, wanted: WantedRegistration, candidate: Candidate, search: Search): Promise<Candidate | undefined> {
  if (candidate.match.is !== "unfinished" || (await stateIds(search.stack)).has(candidate.image.id)) return candidate;
  return search.mayChange ? finished(cloud, site, wanted, candidate.image, search.log) : undefined;
}

async function hashOf({ hash }: GlanceImage, { sha256 }: WantedRegistration): Promise<string | undefined> {
  return hash && sha256 !== undefined ? rememberedHash(sha256, hash.algorithm) : undefined;
}

/**
 * The image when its bytes are there; undefined when they never will be. The stack is locked, so whoever sent them for it is
 * dead, and only Glance itself may still be at work.
 */
async function finished(cloud: Cloud, site: OpenstackSite, wanted: WantedRegistration, found: GlanceImage, log: Search["log"]): Promise<Candidate | undefined> {
  const say = (text: string): void => log(`[${site.name}/${wanted.image}] ${wanted.version}: ${text}`);
  let said = "";
  for (let image: GlanceImage | undefined = found; image; image = await getImage(cloud, found.id)) {
    if (image.status === "active") return { image, match: { is: "ours" } };
    if (!isComing(image, site.stuckAfter * 60_000)) {
      await deleteImage(cloud, image);
      say(`deleted the image ${image.id}, which a dead run left ${image.status}`);
      return undefined;
    }
    const state = `${image.importing ? "importing" : image.status} for ${Math.floor(image.idleMs / 60_000)} min`;
    if (state !== said) say(`the image ${image.id} is ${(said = state)}; waiting, at most ${site.stuckAfter} min`);
    await sleep(interval);
  }
  return undefined;
}

/** With the members that it has already: to add one again is refused. */
async function adopted(cloud: Cloud, site: OpenstackSite, wanted: WantedRegistration, image: GlanceImage, search: Search): Promise<Answer> {
  const registration = `${site.name}/${wanted.image}@${wanted.version}/${wanted.format}`;
  const members = (await sharedMembers(cloud, site, wanted, image, search)).filter((project) => site.members.some((member) => member.project === project));
  return { ids: { [registration]: image.id, ...Object.fromEntries(members.map((project) => [`${registration}/member/${project}`, `${image.id}/${project}`])) } };
}

/**
 * An image that is not shared has no members, and has those again that it had when it is: so one that somebody made, say,
 * community is shared before they are declared.
 */
async function sharedMembers(cloud: Cloud, site: OpenstackSite, { image: of, version }: WantedRegistration, image: GlanceImage, { mayChange, log }: Search): Promise<string[]> {
  if (site.visibility !== "shared") return [];
  if (image.visibility !== "shared") {
    if (!mayChange) return [];
    await patchImage(cloud, image, [{ op: "replace", path: "/visibility", value: "shared" }]);
    log(`[${site.name}/${of}] ${version}: the image ${image.id} is shared again; it was ${image.visibility}`);
  }
  return (await listMembers(cloud, image)).map(({ project }) => project);
}

function refusal(site: OpenstackSite, wanted: WantedRegistration, there: readonly Candidate[]): ConfigFault {
  const name = openstackImageName(wanted);
  const [only, ...more] = there;
  const ids = there.map(({ image }) => image.id).join(" ");
  const problem = more.length > 0
    ? `${there.length} images are named ${name}, and the state has none of them: ${ids}`
    : `the name ${name} is taken by the image ${ids}; ${only?.match.is === "other" ? only.match.why : ""}`;
  const command = `openstack --os-cloud ${site.cloud}${site.region === undefined ? "" : ` --os-region-name ${site.region}`} image delete ${ids}`;
  return { path: `imagefleet:sites.${site.name}`, problem, hint: `look at ${more.length > 0 ? "them" : "it"}, then delete or rename what nobody needs: ${command}` };
}
