import type { FormatKind } from "#model/format";
import type { FormatWriter } from "#providers/disk-format/format-writer";

/** Who writes a kind of format: imported when it is first asked for, so that nobody pays for what no site needs. */
export const formatWriters: { readonly [kind in FormatKind]?: () => Promise<FormatWriter> } = {
};
