import { Agent } from "node:https";
import { createSecureContext } from "node:tls";
import { placeOf, type VcenterAddress, type VcenterPlace } from "#providers/shared/vcenter/address";
import { fingerprint, seeCertificate, type SeenCertificate } from "#providers/shared/vcenter/certificate";
import { systemTrust } from "#providers/shared/vcenter/system-trust";
import { VcenterError } from "#providers/shared/vcenter/vcenter-error";

/** Connections that are kept open side by side. */
const sockets = 8;

/**
 * Connections to the vCenter alone: where it is pinned, to whoever has exactly that certificate, which is then the only one
 * that OpenSSL is told to trust; else to whoever an authority of this machine vouches for.
 * @throws VcenterError when it shows another certificate than the pinned one.
 */
export async function trustedAgent(address: VcenterAddress, timeoutMs?: number): Promise<Agent> {
  if (address.thumbprint === undefined) return new Agent({ keepAlive: true, maxSockets: sockets, secureContext: systemTrust() });
  const { pem } = await pinnedCertificate(address, timeoutMs);
  const pinned = address.thumbprint;
  return new Agent({
    keepAlive: true,
    maxSockets: sockets,
    // a certificate that an authority signed is trusted without that authority
    secureContext: createSecureContext({ ca: pem, allowPartialTrustChain: true }),
    // its name does not matter: it is known by its digest
    checkServerIdentity: (_host, { fingerprint256 }) => (fingerprint(fingerprint256) === pinned ? undefined : new Error(`the certificate's fingerprint is ${fingerprint(fingerprint256)}`)),
  });
}

/** @throws VcenterError when it shows another certificate than the pinned one. */
export async function pinnedCertificate(address: VcenterPlace, timeoutMs?: number): Promise<SeenCertificate> {
  const seen = await seeCertificate(address, timeoutMs);
  if (seen.fingerprint === address.thumbprint) return seen;
  throw new VcenterError({
    action: "trust the vCenter",
    place: placeOf(address),
    cause: `it shows a certificate with the SHA-256 fingerprint ${seen.fingerprint}, and ${address.thumbprint} is pinned`,
    hint: "ask whoever runs it whether its certificate was renewed; if so, set `thumbprint` to the new fingerprint, else somebody is in between",
  });
}
