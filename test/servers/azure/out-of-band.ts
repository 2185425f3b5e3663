import type { ArmState, Resource } from "./arm-state.ts";
import type { Azurite } from "./azurite.ts";
import type { GalleryImageVersions } from "./gallery-image-versions.ts";
import { regionName } from "./regions.ts";

/** What others do behind the program's back, and what a test looks at. */
export class OutOfBand {
  readonly #state: ArmState;
  readonly #azurite: Azurite;
  readonly #versions: GalleryImageVersions;

  constructor(state: ArmState, azurite: Azurite, versions: GalleryImageVersions) {
    this.#state = state;
    this.#azurite = azurite;
    this.#versions = versions;
  }

  /** Everything of a type, such as `Microsoft.Compute/galleries/images/versions`. */
  all(type: string): readonly Resource[] {
    return this.#state.list("/subscriptions", type);
  }

  resource(id: string): Resource {
    const resource = this.#state.get(id);
    if (!resource) throw new Error(`there is no ${id}`);
    return resource;
  }

  /** A definition, a version or an image is gone at once. */
  delete(id: string): void {
    this.#state.remove(this.resource(id).id);
  }

  /** @param value absent: the tag is gone. */
  changeTag(id: string, name: string, value?: string): void {
    const { [name]: _, ...tags } = this.resource(id).tags ?? {};
    this.resource(id).tags = value === undefined ? tags : { ...tags, [name]: value };
  }

  changeEndOfLife(id: string, endOfLifeDate: string | undefined): void {
    this.#publishing(id).endOfLifeDate = endOfLifeDate;
  }

  excludeFromLatest(id: string, excluded: boolean): void {
    this.#publishing(id).excludeFromLatest = excluded;
  }

  removeTargetRegion(id: string, region: string): void {
    const profile = this.#publishing(id);
    profile.targetRegions = profile.targetRegions.filter(({ name }) => regionName(name) !== regionName(region));
  }

  /** How far each region of a version is. */
  replicas(id: string): readonly { readonly region: string; readonly state: string }[] {
    const { replicationStatus } = this.#versions.show(this.resource(id), "ReplicationStatus").properties as { replicationStatus: { summary: { region: string; state: string }[] } };
    return replicationStatus.summary;
  }

  /** A replica that was there is Failed. */
  loseReplica(id: string, region: string): void {
    this.#versions.loseReplica(id, region);
  }

  /** The next replications to the region fail. */
  failReplication(region: string, times = 1): void {
    this.#versions.failing.set(regionName(region), times);
  }

  async deleteBlob(container: string, name: string): Promise<void> {
    const { status } = await this.#azurite.call("DELETE", `${container}/${name}`);
    if (status !== 202) throw new Error(`azurite: ${container}/${name}: ${status}`);
  }

  /** Other bytes at a place of a page blob, aligned to 512. */
  async changeBlob(container: string, name: string, offset: number, bytes: Buffer): Promise<void> {
    const { status } = await this.#azurite.call("PUT", `${container}/${name}?comp=page`, { "x-ms-page-write": "update", "x-ms-range": `bytes=${offset}-${offset + bytes.length - 1}` }, bytes);
    if (status !== 201) throw new Error(`azurite: ${container}/${name}: ${status}`);
  }

  /** @returns undefined when it is not there. */
  async blob(container: string, name: string): Promise<Buffer | undefined> {
    const { status, body } = await this.#azurite.call("GET", `${container}/${name}`);
    return status === 200 ? body : undefined;
  }

  /** Names of the blobs in a container. */
  async blobs(container: string): Promise<string[]> {
    const { body } = await this.#azurite.call("GET", `${container}?restype=container&comp=list&include=uncommittedblobs`);
    return [...body.toString().matchAll(/<Blob><Name>([^<]+)<\/Name>/g)].map(([, name]) => name!);
  }

  #publishing(id: string): { endOfLifeDate?: string; excludeFromLatest?: boolean; targetRegions: { name: string }[] } {
    return this.resource(id).properties.publishingProfile as { endOfLifeDate?: string; excludeFromLatest?: boolean; targetRegions: { name: string }[] };
  }
}
