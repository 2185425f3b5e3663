import type { Target } from "#model/config/targets";
import type { Severity } from "#model/severity";
import type { Finding } from "#providers/inspection/gate";
import type { Image } from "#providers/inspection/hygiene/image";

export type Find = (image: Image) => readonly Finding[] | Promise<readonly Finding[]>;

/** One thing that no image may have, or that an image for some target must have. */
export interface Rule {
  /** `hygiene/<name>`: what waivers name. */
  readonly id: `hygiene/${string}`;
  /** The state that is wanted, as a sentence. */
  readonly title: string;
  readonly why: string;
  /** What to change in the build. */
  readonly mend: string;
  readonly severity: Severity;
  /** Who asks for it: a manual page, a provider's image requirements, a CVE. */
  readonly source?: string;
  /** Asked only of children for these targets; absent: of every image. */
  readonly targets?: readonly Target[];
  /** Why this image need not be asked. */
  readonly unasked?: (image: Image) => string | undefined;
  readonly find: Find;
}
