import { randomBytes } from "node:crypto";
import { createRequire } from "node:module";
import { forward } from "../forward.ts";
import { startService, type Service } from "../service.ts";
import type { Answer } from "../strict-proxy.ts";
import type { Certificate } from "./certificate.ts";
import type { Identity } from "./identity.ts";

/** The blob service of one account. */
export interface Azurite {
  readonly url: string;
  readonly service: Service;
  /** A call of our own, past the proxy; `path` is `container/blob?query`. */
  call(method: string, path: string, headers?: Readonly<Record<string, string>>, body?: Buffer): Promise<Answer & { body: Buffer }>;
}

export async function startAzurite({ account, dir, certificate, identity }: { account: string; dir: string; certificate: Certificate; identity: Identity }): Promise<Azurite> {
  const main = createRequire(import.meta.url).resolve("azurite/dist/src/blob/main.js");
  const args = ["--blobHost", "127.0.0.1", "--blobPort", "0", "--location", dir, "--oauth", "basic", "--cert", certificate.certFile, "--key", certificate.keyFile, "--silent", "--disableTelemetry", "--skipApiVersionCheck", "--disableProductStyleUrl"];
  const env = { HOME: dir, AZURITE_ACCOUNTS: `${account}:${randomBytes(64).toString("base64")}` };
  const service = startService("azurite", [process.execPath, main, ...args], { cwd: dir, env });
  const [, url = ""] = await service.line(/successfully listens on (https:\S+)/);
  return {
    url,
    service,
    call: (method, path, headers = {}, body = Buffer.alloc(0)) => forward(url, {
      method, url: new URL(`${url}/${account}/${path}`), body,
      headers: { "x-ms-version": "2025-11-05", "x-ms-date": new Date().toUTCString(), authorization: `Bearer ${identity.token("https://storage.azure.com")}`, ...headers },
    }),
  };
}
