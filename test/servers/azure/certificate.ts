import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";

export interface Certificate {
  readonly key: string;
  readonly cert: string;
  readonly keyFile: string;
  /** Also the authority that clients are to trust. */
  readonly certFile: string;
}

/** Makes a certificate for 127.0.0.1 that signs itself, in the directory. */
export async function makeCertificate(dir: string): Promise<Certificate> {
  const [keyFile, certFile] = [join(dir, "key.pem"), join(dir, "cert.pem")];
  await execa("openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=imagefleet tests", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost", "-keyout", keyFile, "-out", certFile]);
  return { key: await readFile(keyFile, "utf8"), cert: await readFile(certFile, "utf8"), keyFile, certFile };
}
