import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, vi } from "vitest";
import { createKeyFile } from "#providers/seal/create-key-file";
import type { Project } from "./project.ts";

/** Where a fleet keeps what is its own, and the key that its releases are sealed with. */
export interface Keys {
  readonly dir: string;
  readonly key: string;
}

/** A stack that never builds, on one site of a public cloud. */
export abstract class CloudFleet {
  abstract readonly project: Project;
  readonly keys: Keys;

  protected constructor(keys: Keys) {
    this.keys = keys;
  }

  /** @param other A fleet beside it in this process, whose key it takes. */
  protected static async makeKeys(other: CloudFleet | undefined): Promise<Keys> {
    const dir = await mkdtemp(join(tmpdir(), "imagefleet-cloud-test-"));
    const key = other?.keys.key ?? join(dir, "signing-key.asc");
    if (!other) await createKeyFile(key);
    vi.stubEnv("IMAGEFLEET_SIGNING_KEY_FILE", key);
    return { dir, key };
  }

  /** Ends the servers of its cloud. */
  protected abstract stop(): Promise<void>;

  async remove(): Promise<void> {
    vi.unstubAllEnvs();
    await Promise.all([this.stop(), this.project.remove()]);
    await rm(this.keys.dir, { recursive: true, force: true });
  }

  /** @returns what a user reads. */
  async up(): Promise<string> {
    const { exitCode, text } = await this.project.up();
    expect(exitCode, text).toBe(0);
    expect(text).not.toContain("exited prematurely"); // what the engine says when one plugin's end keeps it from asking the others
    return text;
  }

  async failingUp(): Promise<string> {
    const { exitCode, text } = await this.project.up();
    expect(exitCode, text).not.toBe(0);
    return text;
  }

  async drift(): Promise<{ readonly exitCode: number | undefined; readonly text: string }> {
    const { exitCode, all } = await this.project.run("drift");
    return { exitCode, text: String(all) };
  }

  /** The engine knows nothing any more. */
  protected async forgetState(): Promise<void> {
    await rm(this.project.path("state"), { recursive: true });
    await mkdir(this.project.path("state"));
  }
}
