import { setTimeout as sleep } from "node:timers/promises";
import got from "got";
import type { Properties } from "../shared/wire.ts";

/** What Resource Manager says to a request that it refuses, or in the end to one that it took. */
export class ArmFailure extends Error {
  readonly status: number;

  constructor(status: number, { code, message }: { code: string; message: string }) {
    super(`Status=${status} Code="${code}" Message="${message}"`);
    this.status = status;
  }
}

/** A resource as Resource Manager shows it. */
export interface ArmResource {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly location: string;
  readonly tags?: Record<string, string>;
  readonly properties: Properties;
}

interface Cloud {
  readonly resourceManager: string;
  readonly audience: string;
}

interface Status {
  readonly status: string;
  readonly error?: { readonly code: string; readonly message: string };
}

const pollMs = 50;

/** Resource Manager by the variables that the official plugin takes. */
export class ArmClient {
  readonly subscription: string;
  /** Of resources that have none. */
  readonly location: string | undefined;
  readonly #metadataHost: string | undefined;
  #cloud: Promise<Cloud> | undefined;
  #token: { readonly text: string; readonly ends: number } | undefined;

  constructor(config: Properties) {
    this.subscription = String(config.subscriptionId ?? process.env.ARM_SUBSCRIPTION_ID ?? "");
    this.location = config.location as string | undefined;
    this.#metadataHost = (config.metadataHost as string | undefined) ?? process.env.ARM_METADATA_HOSTNAME;
  }

  /** @returns undefined where there is none. @throws ArmFailure */
  async get(id: string, version: string): Promise<ArmResource | undefined> {
    const { status, body } = await this.#send("GET", await this.#url(id, version));
    return status === 404 ? undefined : (body as ArmResource);
  }

  /** Makes or changes it, and waits until it is so. @throws ArmFailure */
  async put(id: string, version: string, json: object): Promise<void> {
    const { status, body, headers } = await this.#send("PUT", await this.#url(id, version), json);
    if (status === 404) throw new ArmFailure(404, (body as { error: { code: string; message: string } }).error);
    await this.#settle(headers["azure-asyncoperation"]);
  }

  async delete(id: string, version: string): Promise<void> {
    const { status, headers } = await this.#send("DELETE", await this.#url(id, version));
    if (status === 202) await this.#settle(headers["azure-asyncoperation"]);
  }

  async #settle(operation: string | string[] | undefined): Promise<void> {
    while (operation) {
      const { status, error } = (await this.#send("GET", String(operation))).body as Status;
      if (status === "Succeeded") return;
      if (status === "Failed" || status === "Canceled") throw new ArmFailure(200, error ?? { code: status, message: "" });
      await sleep(pollMs);
    }
  }

  async #url(id: string, version: string): Promise<string> {
    const { resourceManager } = await this.#endpoints();
    return `${resourceManager.replace(/\/$/, "")}${id}?api-version=${version}`;
  }

  async #send(method: "GET" | "PUT" | "DELETE", url: string, json?: object): Promise<{ status: number; headers: Readonly<Record<string, string | string[] | undefined>>; body: unknown }> {
    const reply = await got(url, { method, headers: { authorization: `Bearer ${await this.#bearer()}` }, ...(json && { json }), throwHttpErrors: false, retry: { limit: 0 }, timeout: { request: 30_000 } });
    const body: unknown = reply.body ? JSON.parse(reply.body) : undefined;
    if (reply.statusCode >= 300 && reply.statusCode !== 404) throw new ArmFailure(reply.statusCode, (body as { error: { code: string; message: string } }).error);
    return { status: reply.statusCode, headers: reply.headers, body };
  }

  #endpoints(): Promise<Cloud> {
    if (!this.#metadataHost) throw new Error("set ARM_METADATA_HOSTNAME: this plugin stands in for the official one on test servers alone");
    return (this.#cloud ??= got(`https://${this.#metadataHost}/metadata/endpoints?api-version=2022-09-01`).json<{ resourceManager: string; authentication: { audiences: string[] } }>().then(({ resourceManager, authentication }) => ({ resourceManager, audience: authentication.audiences[0]! })));
  }

  async #bearer(): Promise<string> {
    if (this.#token && this.#token.ends > Date.now()) return this.#token.text;
    const { audience } = await this.#endpoints();
    const reply = await got(process.env.IDENTITY_ENDPOINT ?? "", { searchParams: { resource: audience, "api-version": "2019-08-01" }, headers: { "x-identity-header": process.env.IDENTITY_HEADER ?? "" } }).json<{ access_token: string; expires_on: string }>();
    this.#token = { text: reply.access_token, ends: (Date.now() + Number(reply.expires_on) * 1000) / 2 };
    return reply.access_token;
  }
}
