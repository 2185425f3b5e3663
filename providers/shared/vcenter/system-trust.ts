import { createSecureContext, getCACertificates, type SecureContext } from "node:tls";

let made: SecureContext | undefined;

/**
 * Authorities that Node knows and those of this machine's own store, as programs written in Go take them: a company's
 * authority is usually there alone. Read once: there are hundreds.
 */
export function systemTrust(): SecureContext {
  return (made ??= createSecureContext({ ca: [...new Set([...getCACertificates("default"), ...getCACertificates("system")])] }));
}
