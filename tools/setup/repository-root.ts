import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

/** The checkout that this file belongs to. */
export const repositoryRoot = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
