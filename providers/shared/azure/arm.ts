import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import got, { RequestError, type Method } from "got";
import { z } from "zod";
import { AzureError } from "#providers/shared/azure/azure-error";
import { azureFault } from "#providers/shared/azure/azure-fault";
import { azureLogin } from "#providers/shared/azure/credential";
import { azureEndpoints } from "#providers/shared/azure/endpoints";

/** How patient requests are. Times in milliseconds. */
export interface Patience {
  /** For each of: looking up the name, connecting, the TLS handshake. Default 10 s. */
  readonly connectMs: number;
  /** From the request to the end of its answer. Default 60 s. */
  readonly answerMs: number;
  /** Attempts after the first; Retry-After is honoured, up to a minute. Default 4. */
  readonly retries: number;
}

const defaultPatience: Patience = { connectMs: 10_000, answerMs: 60_000, retries: 4 };

export interface ArmRequest {
  readonly method?: Method;
  /** Of the resource: `/subscriptions/...`. */
  readonly id: string;
  readonly apiVersion: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly json?: object;
  /** What is being done, to what: `list the versions of debian-12`. */
  readonly action: string;
  /** The permission that it takes. */
  readonly permission?: string;
}

/** Worth another attempt: a service that is busy, or behind a proxy that does not reach it. */
const busy = [408, 429, 500, 502, 503, 504];
/** No answer, or half of one. */
const cut = ["ETIMEDOUT", "ECONNRESET", "EADDRINUSE", "ECONNREFUSED", "EPIPE", "ENOTFOUND", "ENETUNREACH", "EAI_AGAIN", "ERR_READING_RESPONSE_STREAM", "ERR_HTTP_CONTENT_LENGTH_MISMATCH"];
/** More pages of a list than any gallery has. */
const mostPages = 1_000;

const refusal = z.object({ error: z.object({ code: z.string().optional(), message: z.string().optional() }) });
const page = z.object({ value: z.array(z.unknown()), nextLink: z.string().nullish() });

/** Honours HTTP_PROXY, HTTPS_PROXY and NO_PROXY. */
const agent = { http: new HttpAgent({ proxyEnv: process.env, keepAlive: true }), https: new HttpsAgent({ proxyEnv: process.env, keepAlive: true }) };

/** Azure Resource Manager. */
export class Arm {
  private readonly patience: Patience;
  constructor(patience: Partial<Patience> = {}) {
    this.patience = { ...defaultPatience, ...patience };
  }

  /** @returns the answer's body; undefined where there is no such resource. @throws AzureError */
  async request(request: ArmRequest): Promise<unknown> {
    const { resourceManager } = await azureEndpoints();
    const url = new URL(`${resourceManager}${request.id}`);
    url.search = new URLSearchParams({ "api-version": request.apiVersion, ...request.query }).toString();
    const { status, body } = await this.authorized(url, request);
    return status === 404 ? undefined : body;
  }

  /** All pages of a list; undefined where there is nothing that could have one. @throws AzureError */
  async list(request: ArmRequest): Promise<unknown[] | undefined> {
    const all: unknown[] = [];
    let next = await this.request(request);
    for (let pages = 0; next !== undefined && pages < mostPages; pages++) {
      const { data } = page.safeParse(next);
      if (!data) throw new AzureError({ ...this.asked(request), cause: "Azure answers with no list", hint: "check ARM_ENVIRONMENT and ARM_METADATA_HOSTNAME" }, { status: 200 });
      all.push(...data.value);
      if (!data.nextLink) return all;
      next = (await this.authorized(new URL(data.nextLink), request)).body;
    }
    return undefined;
  }

  private async authorized(url: URL, request: ArmRequest): Promise<{ status: number; body: unknown }> {
    let answer = await this.send(url, request);
    if (answer.status === 401) {
      azureLogin.forget(); // the token was revoked, or ended while the request waited
      answer = await this.send(url, request);
    }
    const { status, body } = answer;
    if (status < 300 || status === 404) return answer;
    throw azureFault(this.asked(request), { status, ...refusal.safeParse(body).data?.error });
  }

  private asked({ action, id, permission }: ArmRequest) {
    const [, subscription = "", group] = /^\/subscriptions\/([^/]+)(?:\/resourceGroups\/([^/]+))?/i.exec(id) ?? [];
    return { action, place: group === undefined ? `subscription ${subscription}` : `resource group ${group}`, ...(permission !== undefined && { permission }) };
  }

  /** Every request here can be repeated, and is, here and nowhere else. */
  private async send(url: URL, { method = "GET", json, ...request }: ArmRequest): Promise<{ status: number; body: unknown }> {
    const { audience } = await azureEndpoints();
    const { token } = await azureLogin.getToken(`${audience}/.default`);
    const { connectMs, answerMs, retries } = this.patience;
    try {
      const { statusCode, body } = await got(url, {
        method,
        headers: { authorization: `Bearer ${token}`, "user-agent": "imagefleet" },
        ...(json && { json }),
        agent,
        throwHttpErrors: false,
        followRedirect: false,
        timeout: { lookup: connectMs, connect: connectMs, secureConnect: connectMs, request: answerMs },
        retry: { limit: retries, methods: ["GET", "PUT", "PATCH", "DELETE"], statusCodes: busy, errorCodes: cut, maxRetryAfter: 60_000, backoffLimit: 8_000, noise: 100 },
      });
      return { status: statusCode, body: parsed(body) };
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      throw new AzureError({ ...this.asked({ ...request }), cause: `${url.origin} does not answer: ${error.message}`, hint: "check the network, then run the same command again" }, { cause: error.code });
    }
  }
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}
