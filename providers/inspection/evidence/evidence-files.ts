/** Names of the evidence in a release: for programs, for CI, for people. */
export const evidenceFiles = { json: "evidence.json", junit: "evidence.xml", page: "evidence.html" } as const;
