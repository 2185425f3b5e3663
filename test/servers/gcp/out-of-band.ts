import { fingerprint, type ComputeState, type Image } from "./compute-state.ts";
import type { FakeGcs } from "./fake-gcs.ts";
import type { Policy } from "./image-rules.ts";
import { objectPath } from "./upload-sessions.ts";

const userRole = "roles/compute.imageUser";

/** What others do behind the program's back, and what a test looks at. */
export class OutOfBand {
  readonly #state: ComputeState;
  readonly #gcs: FakeGcs;

  constructor(state: ComputeState, gcs: FakeGcs) {
    this.#state = state;
    this.#gcs = gcs;
  }

  get images(): readonly Image[] {
    return [...this.#state.images.values()];
  }

  image(name: string): Image {
    const image = this.#state.images.get(name);
    if (!image) throw new Error(`there is no image ${name}`);
    return image;
  }

  /** Another one like it, with its permissions. @param renamed The text of the image under the other name. */
  copy(name: string, other: string, renamed: (text: string) => string): void {
    this.#state.images.set(other, JSON.parse(renamed(JSON.stringify(this.image(name)))) as Image);
    this.#state.policies.set(other, this.policy(name));
  }

  /** It is gone at once. */
  delete(name: string): void {
    this.#state.images.delete(this.image(name).name);
    this.#state.policies.delete(name);
  }

  deprecate(name: string, state: "DEPRECATED" | "OBSOLETE"): void {
    this.image(name).deprecated = { state };
  }

  /** @param value absent: the label is gone. */
  changeLabel(name: string, label: string, value?: string): void {
    const image = this.image(name);
    const { [label]: _, ...labels } = image.labels;
    image.labels = value === undefined ? labels : { ...labels, [label]: value };
    image.labelFingerprint = fingerprint(image.labels);
  }

  policy(name: string): Policy {
    return this.#state.policies.get(this.image(name).name) ?? {};
  }

  /** `allUsers` makes it public. */
  addMember(name: string, member: string, role = userRole): void {
    const { bindings = [] } = this.policy(name);
    const members = bindings.find((one) => one.role === role)?.members ?? [];
    this.#set(name, [...bindings.filter((one) => one.role !== role), { role, members: [...members, member] }]);
  }

  removeMember(name: string, member: string, role = userRole): void {
    const { bindings = [] } = this.policy(name);
    this.#set(name, bindings.map((one) => (one.role === role ? { ...one, members: one.members?.filter((other) => other !== member) } : one)));
  }

  /** @returns undefined when it is not there. */
  async object(bucket: string, name: string): Promise<Buffer | undefined> {
    const { status, body } = await this.#gcs.call("GET", `${objectPath(bucket, name)}?alt=media`);
    return status === 200 ? body : undefined;
  }

  /** Names of the objects in a bucket. */
  async objects(bucket: string): Promise<string[]> {
    const { body } = await this.#gcs.call("GET", `/storage/v1/b/${bucket}/o`);
    return ((JSON.parse(body.toString()) as { items?: { name: string }[] }).items ?? []).map(({ name }) => name);
  }

  async deleteObject(bucket: string, name: string): Promise<void> {
    const { status } = await this.#gcs.call("DELETE", objectPath(bucket, name));
    if (status >= 300) throw new Error(`fake-gcs-server: ${name}: ${status}`);
  }

  /** Somebody else's bytes take the place of an object, or a new one's. */
  async putObject(bucket: string, name: string, bytes: Buffer): Promise<void> {
    const query = new URLSearchParams({ uploadType: "media", name });
    const { status } = await this.#gcs.call("POST", `/upload/storage/v1/b/${bucket}/o?${query}`, { "content-type": "application/gzip" }, bytes);
    if (status >= 300) throw new Error(`fake-gcs-server: ${name}: ${status}`);
  }

  #set(name: string, bindings: Policy["bindings"]): void {
    this.#state.policies.set(name, { version: 1, bindings, etag: fingerprint([bindings, Math.random()]) });
  }
}
