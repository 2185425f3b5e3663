import { createHash } from "node:crypto";
import type { Answer, Call } from "../strict-proxy.ts";
import type { Identity } from "./identity.ts";

const sector = 512;
const maxPages = 4 * 2 ** 20;

/** An answer of Azure's storage. */
export function storageError(status: number, code: string, message: string, headers: Readonly<Record<string, string>> = {}): Answer {
  const body = `<?xml version="1.0" encoding="utf-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  return { status, headers: { "content-type": "application/xml", "x-ms-error-code": code, ...headers }, body };
}

/** What an account refuses that is meant for images, and azurite lets pass. @returns undefined: azurite is asked. */
export function refuseBlobCall(call: Call, identity: Identity, denied: ReadonlySet<string>): Answer | undefined {
  return unauthorized(call, identity) ?? forbidden(call, denied) ?? exposed(call) ?? (isPages(call) ? badPages(call) : badBlob(call));
}

function unauthorized(call: Call, identity: Identity): Answer | undefined {
  const { headers, url } = call;
  const failed = (text: string): Answer => storageError(401, "InvalidAuthenticationInfo", text, { "www-authenticate": `Bearer authorization_uri=https://login.microsoftonline.com/${identity.tenant}/oauth2/authorize resource_id=https://storage.azure.com` });
  if (/^SharedKey/.test(headers.authorization ?? "") || url.searchParams.has("sig")) return storageError(403, "KeyBasedAuthenticationNotPermitted", "Key based authentication is not permitted on this storage account.");
  if (!headers["x-ms-version"]) return storageError(400, "MissingRequiredHeader", "An HTTP header that's mandatory for this request is not specified: x-ms-version");
  switch (identity.refusal(call, /^https:\/\/storage\.azure\.com\/?$/)) {
    case undefined: return undefined;
    case "missing": return failed("Server failed to authenticate the request. Please refer to the information in the www-authenticate header.");
    case "audience": return failed("Audience validation failed. Audience did not match.");
    case "expired": return failed("Lifetime validation failed. The token is expired.");
    case "unknown": return failed("Signature validation failed.");
  }
}

/** The data action of a call, as roles name it. */
export function blobAction({ method, url }: Pick<Call, "method" | "url">): string {
  const container = "Microsoft.Storage/storageAccounts/blobServices/containers";
  const verb = method === "DELETE" ? "delete" : method === "PUT" || method === "POST" ? "write" : "read";
  return url.searchParams.get("restype") === "container" && url.searchParams.get("comp") !== "list" ? `${container}/${verb}` : `${container}/blobs/${verb}`;
}

function forbidden(call: Call, denied: ReadonlySet<string>): Answer | undefined {
  return denied.has(blobAction(call)) ? storageError(403, "AuthorizationPermissionMismatch", "This request is not authorized to perform this operation using this permission.") : undefined;
}

function exposed({ headers }: Call): Answer | undefined {
  return headers["x-ms-blob-public-access"] ? storageError(409, "PublicAccessNotPermitted", "Public access is not permitted on this storage account.") : undefined;
}

function isPages({ method, url }: Call): boolean {
  return method === "PUT" && url.searchParams.get("comp") === "page";
}

function badPages({ headers, body }: Call): Answer | undefined {
  const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(String(headers["x-ms-range"] ?? headers.range ?? "")) ?? [];
  if (from === undefined || to === undefined) return storageError(400, "MissingRequiredHeader", "An HTTP header that's mandatory for this request is not specified: Range");
  const [first, after] = [Number(from), Number(to) + 1];
  if (first % sector || after % sector || after <= first) return storageError(416, "InvalidPageRange", "The page range specified is invalid.");
  if (String(headers["x-ms-page-write"]).toLowerCase() === "clear") return body.length ? storageError(400, "InvalidHeaderValue", "Clear takes no body: Content-Length") : undefined;
  if (after - first > maxPages) return storageError(413, "RequestBodyTooLarge", "The request body is too large and exceeds the maximum permissible limit.");
  if (body.length !== after - first) return storageError(400, "InvalidHeaderValue", "The value for one of the HTTP headers is not in the correct format: Content-Length");
  const md5 = headers["content-md5"];
  if (md5 !== undefined && md5 !== createHash("md5").update(body).digest("base64")) return storageError(400, "Md5Mismatch", "The MD5 value specified in the request did not match with the MD5 value calculated by the server.");
  return undefined;
}

function badBlob({ method, headers }: Call): Answer | undefined {
  const bytes = headers["x-ms-blob-content-length"];
  if (method === "PUT" && bytes !== undefined && Number(bytes) % sector) return storageError(400, "InvalidHeaderValue", "The value for one of the HTTP headers is not in the correct format: x-ms-blob-content-length");
  return undefined;
}
