import { isIP } from "node:net";
import { checkServerIdentity, connect } from "node:tls";
import { systemTrust } from "#providers/shared/vcenter/system-trust";
import { hostOf, placeOf, type VcenterPlace } from "#providers/shared/vcenter/address";
import { VcenterError } from "#providers/shared/vcenter/vcenter-error";

/** The certificate that a server shows. */
export interface SeenCertificate {
  /** PEM, with a line feed at the end. */
  readonly pem: string;
  /** SHA-256, 64 hexadecimal digits in lower case. */
  readonly fingerprint: string;
  /** Why the authorities of this machine do not vouch for it; undefined: they do. */
  readonly untrusted?: string;
  /** Why it is not for the host name that we use; undefined: it is. */
  readonly otherName?: string;
  /** When it ends or ended, as the certificate says it. */
  readonly validTo: string;
}

/**
 * Shakes hands and hangs up: nothing is sent that a stranger may not know, so that the certificate may be anybody's.
 * @throws VcenterError where there is no TLS server to be reached within `timeoutMs`.
 */
export async function seeCertificate(address: VcenterPlace, timeoutMs = 10_000): Promise<SeenCertificate> {
  const { host, port } = hostOf(address);
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, rejectUnauthorized: false, secureContext: systemTrust(), ...(isIP(host) === 0 && { servername: host }) });
    const fail = (cause: string, code?: string): void => {
      socket.destroy();
      reject(new VcenterError({ action: "reach the vCenter", place: placeOf(address), cause, hint: hintOf(code) }));
    };
    const timer = setTimeout(() => fail(`no TLS handshake within ${timeoutMs / 1000} s`, "ETIMEDOUT"), timeoutMs);
    socket.once("error", (error: NodeJS.ErrnoException) => { clearTimeout(timer); fail(error.message, error.code); });
    socket.once("secureConnect", () => {
      clearTimeout(timer);
      const seen = describe(socket.getPeerX509Certificate(), host, socket.authorized ? undefined : String(socket.authorizationError));
      socket.destroy();
      seen ? resolve(seen) : fail("it shows no certificate");
    });
  });
}

function describe(certificate: ReturnType<ReturnType<typeof connect>["getPeerX509Certificate"]>, host: string, untrusted: string | undefined): SeenCertificate | undefined {
  if (!certificate) return undefined;
  const otherName = checkServerIdentity(host, certificate.toLegacyObject())?.message;
  return {
    pem: `${certificate.toString().trimEnd()}\n`,
    fingerprint: fingerprint(certificate.fingerprint256),
    validTo: certificate.validTo,
    // with `rejectUnauthorized: false` a wrong name is reported in the same place
    ...(untrusted !== undefined && untrusted !== "ERR_TLS_CERT_ALTNAME_INVALID" && { untrusted }),
    ...(otherName !== undefined && { otherName }),
  };
}

/** `AB:CD:...` as we write it. */
export function fingerprint(withColons: string): string {
  return withColons.replaceAll(":", "").toLowerCase();
}

function hintOf(code: string | undefined): string {
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return "check `server` of the vCenter, and that its name resolves from here";
  return "check `server` of the vCenter and the network to it, then run the same command again";
}
