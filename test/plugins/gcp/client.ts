import got from "got";
import type { Properties } from "../shared/wire.ts";

/** What Compute Engine says to a request that it refuses. */
export class ComputeError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(`googleapi: Error ${status}: ${message}`);
    this.status = status;
  }
}

const pollMs = 50;
/** The test server reads an archive to its end before it answers: that of a real image on a busy machine takes a minute. */
const patienceMs = 300_000;

/** Compute Engine by the variables that the official plugin takes. */
export class ComputeClient {
  readonly project: string;
  /** Labels of the provider, which all resources get. */
  readonly labels: Readonly<Record<string, string>>;
  #token: { readonly text: string; readonly ends: number } | undefined;

  constructor(config: Properties) {
    this.project = String(config.project ?? process.env.GOOGLE_PROJECT ?? "");
    this.labels = { ...(config.addPulumiAttributionLabel === false ? {} : { "goog-pulumi-provisioned": "true" }), ...(config.defaultLabels as Record<string, string> | undefined) };
  }

  /** @param path below `projects/`. @throws ComputeError */
  async request<T>(method: "GET" | "POST" | "DELETE" | "PATCH", path: string, json?: object): Promise<T> {
    const endpoint = process.env.GOOGLE_COMPUTE_CUSTOM_ENDPOINT;
    if (!endpoint) throw new Error("set GOOGLE_COMPUTE_CUSTOM_ENDPOINT: this plugin stands in for the official one on test servers alone");
    const reply = await got(`${endpoint}projects/${path}`, { method, headers: { authorization: `Bearer ${await this.#bearer()}` }, ...(json && { json }), throwHttpErrors: false, retry: { limit: 0 }, timeout: { request: patienceMs } });
    if (reply.statusCode < 300) return JSON.parse(reply.body) as T;
    throw new ComputeError(reply.statusCode, (JSON.parse(reply.body) as { error: { message: string } }).error.message);
  }

  /** Does it and waits until it is done. */
  async change(method: "POST" | "DELETE" | "PATCH", path: string, json?: object): Promise<void> {
    let operation = await this.request<Operation>(method, path, json);
    while (operation.status !== "DONE") {
      await new Promise((resolve) => setTimeout(resolve, pollMs));
      operation = await this.request<Operation>("GET", `${path.split("/")[0]}/global/operations/${operation.name}`);
    }
    if (operation.error) throw new Error(operation.error.errors.map(({ message }) => message).join("; "));
  }

  async #bearer(): Promise<string> {
    if (this.#token && this.#token.ends > Date.now()) return this.#token.text;
    const url = `http://${process.env.GCE_METADATA_HOST}/computeMetadata/v1/instance/service-accounts/default/token`;
    const { access_token, expires_in } = await got(url, { headers: { "metadata-flavor": "Google" } }).json<{ access_token: string; expires_in: number }>();
    this.#token = { text: access_token, ends: Date.now() + (expires_in * 1000) / 2 };
    return access_token;
  }
}

interface Operation {
  readonly name: string;
  readonly status: string;
  readonly error?: { readonly errors: readonly { readonly message: string }[] };
}

/** @returns undefined where there is none. */
export async function orGone<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof ComputeError && error.status === 404) return undefined;
    throw error;
  }
}
