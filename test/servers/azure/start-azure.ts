/**
 * Azure on loopback: azurite behind a strict proxy (blobs), and stand-ins for Azure Resource Manager and for the managed
 * identity that gives tokens.
 *
 * Where a client finds the blobs: it asks Resource Manager, as for any account whose address does not follow from its name
 * (accounts with DNS zone endpoints, sovereign and stack clouds, private link):
 *
 *   GET {resourceManager}/subscriptions/{s}/resourceGroups/{g}/providers/Microsoft.Storage/storageAccounts/{a}?api-version=2023-05-01
 *   -> { location, properties: { primaryEndpoints: { blob: "https://127.0.0.1:40001/{a}/" } } }
 *
 * In Azure that is `https://{a}.blob.core.windows.net/`; here it has a path, since no name below localhost resolves everywhere
 * and `a.blob.127.0.0.1` is no host name. `new URL("container/blob", endpoint)` suits both. Needs
 * Microsoft.Storage/storageAccounts/read, which Reader has. The suffix in /metadata/endpoints is a name that does not resolve.
 *
 * Tokens: IDENTITY_ENDPOINT answers `?resource={audience}&api-version=2019-08-01` with the header X-IDENTITY-HEADER; audiences are
 * `https://storage.azure.com/` for blobs and the `authentication.audiences[0]` of /metadata/endpoints for Resource Manager.
 */
export {};
