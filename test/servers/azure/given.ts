import type { ResourceType } from "./resource-type.ts";

/** What is there before any image is: shown, and not changed. */
export const givenTypes: readonly ResourceType[] = [
  { type: "Microsoft.Storage/storageAccounts", apiVersions: ["2021-09-01", "2022-09-01", "2023-01-01", "2023-05-01", "2024-01-01", "2025-01-01"] },
  { type: "Microsoft.Compute/galleries", apiVersions: ["2021-07-01", "2021-10-01", "2022-01-03", "2022-03-03", "2022-08-03", "2023-07-03", "2024-03-03", "2025-03-03"] },
];
