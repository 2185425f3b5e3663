import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { vi } from "vitest";
import { ourTags } from "#model/tags";
import type { ReleaseId } from "#model/release";
import { openStore } from "#store/open";
import { blockBytes } from "#providers/ebs-snapshot/blocks/block";
import type { SnapshotInputs } from "#providers/ebs-snapshot/inputs";
import type { UploadJob } from "#providers/ebs-snapshot/job";
import { journalFile } from "#providers/ebs-snapshot/journal";
import { openJob } from "#providers/ebs-snapshot/open-job";
import { forgetAwsClients } from "#providers/shared/aws/clients";
import { defaultPatience } from "#providers/shared/aws/access";
import { Progress } from "#providers/shared/progress";
import { startAws, type Aws } from "../../servers/aws/start-aws.ts";
import { keyOf } from "../../store/real-release.ts";
import { storeBuilt, storePassed, storeSealed } from "../../store/sealed-release.ts";
import { ownEnvironment } from "../own-environment.ts";

/** Patient enough for loopback. */
const patience = { ...defaultPatience, answerMs: 1_500, longestPauseMs: 200 };
export const waits = { unknownMs: 8_000, completeMs: 20_000 };
export const stack = "imagefleet/test";

/** A disk by its blocks: a number is the seed of a block's bytes, 0 a block of zeros. */
export function diskOf(seeds: readonly number[]): Buffer {
  return Buffer.concat(seeds.map((seed) => (seed === 0 ? Buffer.alloc(blockBytes) : block(seed))));
}

function block(seed: number): Buffer {
  return createHash("shake256", { outputLength: blockBytes }).update(String(seed)).digest();
}

/** A running AWS, a store of its own, and what providers read from the environment. */
export class Fixture {
  readonly aws: Aws;
  readonly dir: string;
  private readonly undo: () => void;
  private readonly journals: string[] = [];

  private constructor(aws: Aws, dir: string, undo: () => void) {
    this.aws = aws;
    this.dir = dir;
    this.undo = undo;
  }

  static async start(): Promise<Fixture> {
    const dir = await mkdtemp(join(tmpdir(), "imagefleet-ebs-"));
    const aws = await startAws(); // first: what it installs belongs into the cache of whoever runs the tests
    const undo = await ownEnvironment(dir, join(dir, "store"));
    for (const [name, value] of Object.entries(aws.env)) vi.stubEnv(name, value);
    forgetAwsClients();
    return new Fixture(aws, dir, undo);
  }

  /** Stores a sealed disk. @returns the inputs of its snapshot */
  async release(id: ReleaseId, disk: Buffer, more: Partial<SnapshotInputs> = {}): Promise<SnapshotInputs> {
    const store = openStore(join(this.dir, "store"));
    await storeBuilt(store, id, { key: keyOf(id), inputs: {} });
    await storePassed(store, id);
    const { sha256, bytes } = await storeSealed(store, id, "raw", disk);
    const inputs = { site: "aws-main", region: "eu-central-1", ...id, format: "raw", sha256: sha256.slice(0, 16), bytes, virtualBytes: bytes, stack, tags: { team: "images", ...ourTags({ ...id, key: keyOf(id), sha256, stack }) }, ...more };
    this.journals.push(journalFile(inputs));
    return inputs;
  }

  job(inputs: SnapshotInputs): Promise<UploadJob> {
    return openJob(inputs, { seal: { createKey: false, trust: [] }, progress: new Progress("test"), waits, patience });
  }

  async stop(): Promise<void> {
    await this.aws.stop();
    this.undo();
    vi.unstubAllEnvs();
    for (const file of this.journals) await rm(file, { force: true });
    await rm(this.dir, { recursive: true, force: true });
  }
}
