import type { ReleaseId } from "#model/release";
import { releaseName } from "#model/release";

/**
 * - `unsealed`: there is no seal at all
 * - `not covered`: a file that no seal speaks of
 * - `contradiction`: documents that are sound each, and do not belong together
 */
export type SealProblem = "missing" | "altered" | "not covered" | "unsealed" | "bad signature" | "unknown key" | "unreadable" | "contradiction";

/** One thing that is wrong with a sealed group. */
export interface SealFault {
  /** Directory or URL of the group. */
  readonly place: string;
  /** `debian-12@2026.1101.2`, where that is known. */
  readonly release?: string;
  /** `formats/qcow2`, where that is known. */
  readonly group?: string;
  /** Name of the file within its group. */
  readonly file: string;
  readonly problem: SealProblem;
  /** What was found, in words. */
  readonly detail: string;
  readonly expected?: string;
  readonly found?: string;
  readonly hint?: string;
}

/** Collects the faults of one group; of a file that has several, all are told, each once. */
export class FaultList {
  readonly faults: SealFault[] = [];
  readonly #where: Pick<SealFault, "place" | "release" | "group">;
  constructor(place: string, id?: ReleaseId, group?: string) {
    this.#where = { place, ...(id && { release: releaseName(id) }), ...(group && { group }) };
  }

  add(file: string, problem: SealProblem, detail: string, more: Pick<SealFault, "expected" | "found" | "hint"> = {}): void {
    if (this.faults.some((fault) => fault.file === file && fault.problem === problem && fault.detail === detail)) return;
    this.faults.push({ ...this.#where, file, problem, detail, ...more });
  }

  /** Value of a reading; a failure is a fault of the file. */
  async attempt<T>(file: string, read: () => Promise<T>): Promise<T | undefined> {
    try {
      return await read();
    } catch (error) {
      this.add(file, "unreadable", error instanceof Error ? error.message : String(error));
      return undefined;
    }
  }

  has(...files: readonly string[]): boolean {
    return this.faults.some(({ file }) => files.includes(file));
  }
}

/** `formats/qcow2/SHA256SUMS altered: expected SHA-256 ..., found ...` */
export function describeFault({ place, group, file, problem, detail }: SealFault): string {
  return `${group ?? place}/${file} ${problem}: ${detail}`;
}
