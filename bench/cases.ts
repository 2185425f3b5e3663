import { buildKey } from "./cases/build-key.ts";
import { formatMemory } from "./cases/format-memory.ts";
import { formatCases, formatSet } from "./cases/formats.ts";
import { noChangeUp, warmPreview } from "./cases/no-change.ts";
import { providerOverhead } from "./cases/provider-overhead.ts";
import { siteCases } from "./cases/sites.ts";
import { stateBytes } from "./cases/state-bytes.ts";
import { toolchain } from "./cases/toolchain.ts";

/** In the order of the table. */
export const cases = [noChangeUp, warmPreview, toolchain, buildKey, stateBytes, providerOverhead, ...formatCases, formatSet, formatMemory, ...siteCases];
