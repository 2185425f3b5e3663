import { RestError } from "@azure/storage-blob";

/** True for an answer that has one of these codes of Azure's storage. */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof RestError && codes.includes(error.code ?? "");
}

export function isMissing(error: unknown): boolean {
  return error instanceof RestError && error.statusCode === 404;
}
