import type { ImageLedger } from "#model/plan";
import { releaseName } from "#model/release";

/** What a stack that builds an image into the same store would do with it now. */
export interface Builder {
  /** Its name, as `--stack` takes it. */
  readonly stack: string;
  readonly image: string;
  /** The release of its configuration: one of the store, or the next to be built. */
  readonly version: string;
  readonly stored: boolean;
  /** Whether it has passed the gates of that stack. */
  readonly passed: boolean;
  /** Why it would be built: `script:web-server changed`. */
  readonly reasons: readonly string[];
  /** What the sites of that stack need of it. */
  readonly formats: readonly string[];
}

export interface Wanted {
  readonly image: string;
  /** A certain release; absent: any will do. */
  readonly version?: string;
  /** Names of the formats that are needed. */
  readonly formats: readonly string[];
  /** What other stacks hold of the image. */
  readonly elsewhere: ImageLedger["elsewhere"];
}

/** For messages: who builds what is missing, or why nobody does. */
export function whoBuilds(wanted: Wanted, builders: readonly Builder[]): string {
  const own = builders.filter(({ image }) => image === wanted.image);
  if (own.length > 0) return own.map((builder) => deedOf(builder, wanted)).join("; ");
  const { image, elsewhere } = wanted;
  const holders = [...new Set(elsewhere.map(({ stack }) => stack))].sort();
  const held = holders.length === 0 ? "" : `; releases of it are held by ${holders.join(", ")}, where that may be`;
  return `no Pulumi.<stack>.yaml here builds ${image} into this store: run \`npm run up\` where one does (imagefleet:build: allow)${held}`;
}

function deedOf({ stack, image, version, stored, passed, reasons, formats }: Builder, wanted: Wanted): string {
  const up = `npm run up -- --stack ${stack}`;
  const release = releaseName({ image, version });
  const because = reasons.join(", ");
  if (wanted.version !== undefined && wanted.version !== version) {
    return stored ? `the stack ${stack} has built ${release}, and builds another one only when its configuration or its templates change` : `the stack ${stack} would build ${release}, not ${wanted.version} (${because})`;
  }
  const lacking = wanted.formats.filter((format) => !formats.includes(format));
  const also = lacking.length === 0 ? "" : `, but not as ${lacking.join(", ")}, which none of its sites takes: let one of them`;
  if (!stored) return `${up} builds it as ${version} (${because})${also}`;
  if (!passed) return `${up} tries the gates of ${version} again; npm run store -- show ${release} says what failed${also}`;
  return lacking.length === 0 ? `${up} makes the formats of ${version}` : `the stack ${stack} has built ${version}${also}`;
}
