import { expect, vi } from "vitest";
import type { FormatRecord, ReleaseId } from "#model/release";
import { channelTag, isChannelTag } from "#model/tags";
import { installStandInPlugins } from "../plugins/install.ts";
import { startAws, type Aws } from "../servers/aws/start-aws.ts";
import { keyOf, storeRealRelease } from "../store/real-release.ts";
import { CloudFleet, type Keys } from "./cloud-fleet.ts";
import { Project } from "./project.ts";

export type Ami = ReturnType<Aws["admin"]["images"]>[number];

/** Region that the bytes enter. */
export const main = "eu-central-1";
/** An account whose role we have, and one whose role we have not. */
export const [target, closed] = ["222222222222", "333333333333"] as const;

/** A stack that never builds, with releases in its store, on one AWS site: several regions, two accounts that its AMIs are shared with. */
export class AwsFleet extends CloudFleet {
  readonly aws: Aws;
  readonly project: Project;
  readonly copies: readonly string[];

  private constructor(aws: Aws, project: Project, copies: readonly string[], keys: Keys) {
    super(keys);
    this.aws = aws;
    this.project = project;
    this.copies = copies;
  }

  /**
   * Releases are sealed by a key of its own; SDKs in this process go to the same AWS.
   * @param other A fleet beside it in this process, whose key it takes.
   */
  static async create(copies: readonly string[], other?: AwsFleet): Promise<AwsFleet> {
    const keys = await CloudFleet.makeKeys(other);
    const aws = await startAws({ log: () => {} });
    for (const [name, value] of Object.entries(aws.env)) vi.stubEnv(name, value);
    const project = await Project.create({});
    const fleet = new AwsFleet(aws, project, copies, keys);
    await fleet.configure();
    Object.assign(project.env, { ...aws.env, IMAGEFLEET_SIGNING_KEY_FILE: keys.key });
    await installStandInPlugins(project.env["PULUMI_HOME"]!, ["aws"]);
    return fleet;
  }

  protected stop(): Promise<void> {
    return this.aws.stop();
  }

  get regions(): readonly string[] {
    return [main, ...this.copies];
  }

  /** @param site Settings that take the place of the usual ones. @param others Sites beside it. */
  configure(image: Record<string, unknown> = {}, site: Record<string, unknown> = {}, others: Record<string, object> = {}): Promise<void> {
    const { aws, copies } = this;
    const shareWith = [{ account: target, role: aws.role(target) }, closed];
    return this.project.configure({
      build: "never",
      images: { tiny: { os: "tiny/tiny-x86_64", epoch: "2026-11-01", sites: ["all"], ...image } },
      sites: { cloud: { kind: "aws", region: main, copyTo: copies, account: aws.account, shareWith, tags: { team: "images" }, deprecateAfter: 3650, ...site }, ...others },
    });
  }

  async store(id: ReleaseId): Promise<void> {
    await storeRealRelease(this.project.store, id, ["raw"]);
  }

  /** The engine itself says that there is nothing to do. */
  async requireSettled(): Promise<void> {
    const preview = await this.project.pulumi("preview", "--refresh", "--expect-no-changes");
    expect(preview.exitCode, preview.text).toBe(0);
  }

  /** The AMI of a release in each region. */
  amis({ image, version }: ReleaseId): Record<string, Ami> {
    return Object.fromEntries(this.regions.map((region) => [region, this.aws.admin.images({ region, account: this.aws.account }).find(({ name }) => name === `${image}-${version}`)!]));
  }

  /** A channel's pointer on each AMI of a release, as it is set beside its registration; in the account whose role we have, too. */
  pointAt(id: ReleaseId, channel: string): void {
    for (const ami of Object.values(this.amis(id))) for (const account of [this.aws.account, target]) this.aws.admin.setTag(ami.id, channelTag(channel), id.version, account);
  }

  /** Whether it is still there, everywhere. */
  requirePointer(id: ReleaseId, channel: string): void {
    for (const [region, ami] of Object.entries(this.amis(id))) for (const account of [this.aws.account, target]) expect(this.aws.admin.tags(ami.id, account)[channelTag(channel)], region).toBe(id.version);
  }

  /** The same tags on every AMI and snapshot, in every region and in the account whose role we have. */
  async requireTags(id: ReleaseId, latest: boolean): Promise<void> {
    const { admin } = this.aws;
    const { artifact } = (await this.project.store.record<FormatRecord>(id, "formats/raw"))!;
    const tags = {
      "Name": `${id.image}-${id.version}`, "team": "images", "imagefleet:image": id.image, "imagefleet:version": id.version, "imagefleet:key": keyOf(id), "imagefleet:sha256": artifact.sha256,
      "imagefleet:stack": "imagefleet/test", ...(latest && { "imagefleet:channel": "latest" }),
    };
    for (const [region, ami] of Object.entries(this.amis(id))) {
      for (const found of [admin.tags(ami.id), admin.tags(rootOf(ami)), admin.tags(ami.id, target)]) expect(withoutPointers(found), region).toEqual(tags);
      expect(admin.tags(ami.id, closed), region).toEqual({});
    }
  }

  /** One AMI with one snapshot in each region, and nothing that nobody uses. */
  requireNoOrphans(): void {
    const { admin, account } = this.aws;
    for (const region of this.regions) {
      expect(admin.images({ region, account }), region).toHaveLength(1);
      expect(admin.snapshots({ region, account }), region).toHaveLength(1);
    }
  }

  /** Successful calls of some kinds, in order. */
  calls(actions: RegExp): string[] {
    return this.aws.calls().filter(({ action, status = 0 }) => status >= 200 && status < 300 && actions.test(action)).map(({ action }) => action);
  }
}

function withoutPointers(tags: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(tags).filter(([name]) => !isChannelTag(name)));
}

/** The snapshot of its root device. */
export function rootOf({ mappings }: Ami): string {
  return mappings[0]!.ebs!.snapshotId!;
}
