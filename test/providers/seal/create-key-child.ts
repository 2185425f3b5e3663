import { signingKey } from "#providers/seal/signing-key";

const { fingerprint } = await signingKey({ key: process.argv[2]!, createKey: true, trust: [] }, "seal");
console.log(fingerprint);
