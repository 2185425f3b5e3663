/** Names of the files that a seal adds to a group: artifacts of the group like the others. */
export const sealNames = { sums: "SHA256SUMS", signature: "SHA256SUMS.asc", statement: "provenance.intoto.json" } as const;

export const sealFiles: readonly string[] = Object.values(sealNames);
