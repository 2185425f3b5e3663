import { azureUploads } from "./cases/azure-upload.ts";
import { blockHash } from "./cases/block-hash.ts";
import { buildKey } from "./cases/build-key.ts";
import { drift } from "./cases/drift.ts";
import { ebsChanged, ebsUploads } from "./cases/ebs-upload.ts";
import { formatMemory } from "./cases/format-memory.ts";
import { formatCases, formatSet } from "./cases/formats.ts";
import { gcsUpload } from "./cases/gcs-upload.ts";
import { noChangeUp, warmPreview } from "./cases/no-change.ts";
import { providerOverhead } from "./cases/provider-overhead.ts";
import { siteCases } from "./cases/sites.ts";
import { stateBytes } from "./cases/state-bytes.ts";
import { toolchain } from "./cases/toolchain.ts";
import { uploadMemory } from "./cases/upload-memory.ts";

/** In the order of the table. */
export const cases = [
  noChangeUp, warmPreview, toolchain, buildKey, stateBytes, providerOverhead, ...formatCases, formatSet, formatMemory, ...siteCases, drift,
  blockHash, ...ebsUploads, ebsChanged, ...azureUploads, gcsUpload, ...uploadMemory,
];
