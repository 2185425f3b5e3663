import type { SourceFacts } from "#providers/packer-build/sources/source-facts";
import type { DownloadLimits } from "#providers/packer-build/sources/download-limits";

export interface SourceRequest {
  /** For messages. */
  readonly image: string;
  readonly source: SourceFacts;
  /** Absolute path of `bootstrap/<recipe>.sh` in the private snapshot. */
  readonly recipeScript?: string;
  /** Absolute path of `keys/<fingerprint>.asc` in the private snapshot, if the project has that key. */
  readonly keyFile?: string;
  /** Where the system's public keys are; default /usr/share/keyrings. */
  readonly keyringDir?: string;
  /** `${XDG_CACHE_HOME:-~/.cache}/imagefleet` */
  readonly cacheDir: string;
  /** Private and removed by the caller; for temporaries. */
  readonly workDir: string;
  /** Passed on to every program that runs. */
  readonly registry: { readonly workDir: string; readonly purpose: string };
  /** What is being done; the caller limits how often it is shown. */
  readonly progress: (text: string) => void;
  readonly signal: AbortSignal;
  readonly limits?: Partial<DownloadLimits>;
}

/** A local file that has just been verified. It belongs to the cache or to the user: read it, never write to it. */
export interface PreparedSource {
  readonly path: string;
  readonly sha256?: string;
  readonly format: "raw" | "qcow2" | "iso";
}
