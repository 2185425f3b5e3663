import { FleetError } from "#model/errors";
import { nearest } from "#model/nearest";
import { releaseName } from "#model/release";
import type { ReleaseId } from "#model/release";
import type { Store } from "#store/store";

/**
 * Releases that a name means, damaged ones included: all of them, those of `<image>`, or the one `<image>@<version>`.
 * @throws FleetError naming what there is, when nothing is meant
 */
export async function findReleases(store: Store, subject: string | undefined, action: string): Promise<ReleaseId[]> {
  if (subject === undefined) return (await Promise.all((await store.images()).map((image) => releasesOf(store, image)))).flat();
  const [image = "", version] = subject.split("@", 2);
  const images = await store.images();
  if (!images.includes(image)) {
    const near = nearest(image, images);
    const known = images.length ? `the store has ${images.join(", ")}` : "the store is empty: `npm run up` builds what is configured";
    await refuseRemoved(store, subject, action);
    throw new FleetError({ action, place: store.location, cause: `there is no image ${image}`, hint: near ? `did you mean ${near}? ${known}` : known });
  }
  const releases = await releasesOf(store, image);
  if (version === undefined) return releases;
  const release = releases.find((candidate) => candidate.version === version);
  if (release) return [release];
  await refuseRemoved(store, subject, action);
  const hint = `the store has ${releases.map(releaseName).join(", ")}`;
  throw new FleetError({ action, place: store.location, cause: `there is no release ${subject}`, hint });
}

/** The newest release of `<image>`, or the one that is named. */
export async function findRelease(store: Store, subject: string, action: string): Promise<ReleaseId> {
  const release = (await findReleases(store, subject, action)).at(-1);
  if (release) return release;
  throw new FleetError({ action, place: store.location, cause: `there is no release of ${subject}`, hint: "npm run store -- ls" });
}

async function releasesOf(store: Store, image: string): Promise<ReleaseId[]> {
  const [taken, buried] = await Promise.all([store.taken(image), store.tombstones(image)]);
  const gone = new Set(buried.map(({ version }) => version));
  return taken.filter((version) => !gone.has(version)).map((version) => ({ image, version }));
}

async function refuseRemoved(store: Store, subject: string, action: string): Promise<void> {
  const tombstone = (await store.tombstones()).find((candidate) => releaseName(candidate) === subject);
  if (!tombstone) return;
  const { quarantined, removedAt, reason, image } = tombstone;
  const cause = `${subject} was ${quarantined ? "quarantined" : "removed"} on ${removedAt}: ${reason}`;
  throw new FleetError({ action, place: store.location, cause, hint: `npm run store -- ls ${image}` });
}
