import { candidate, review } from "./chapters/change.ts";
import { drift } from "./chapters/drift.ts";
import { firstRelease } from "./chapters/first-release.ts";
import { promotion, recovery } from "./chapters/promotion.ts";
import { retention, thirdRelease } from "./chapters/retention.ts";
import { restoration, revocation } from "./chapters/revocation.ts";
import type { Chapter } from "./teller.ts";

/** Each begins where the one before it ended. */
export const chapters: readonly Chapter[] = [firstRelease, review, candidate, promotion, recovery, drift, revocation, restoration, thirdRelease, retention];
