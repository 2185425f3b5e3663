import type { ReleaseId } from "#model/release";

/** What a signature is made of. */
export interface SignatureInputs extends ReleaseId {
  readonly site: string;
  /** Name of the format whose artifact is signed. */
  readonly format: string;
  /** Of the artifact. */
  readonly sha256: string;
  /** UUID of the certificate that verifies it: another one wants another signature. */
  readonly certificate: string;
  /** Environment variable with the path of the private key. */
  readonly keyFile: string;
}

export interface SignatureOutputs extends SignatureInputs {
  /** Base64: RSA-PSS over the artifact with SHA-256, the salt as long as the key allows, as OpenStack's verifiers expect. */
  readonly signature: string;
  /** SHA-256 of the public key (DER), 64 hexadecimal digits: which key it was. */
  readonly fingerprint: string;
}
