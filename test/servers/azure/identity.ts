import { randomUUID } from "node:crypto";
import type { Answer, Call } from "../strict-proxy.ts";

/** Gives tokens as the managed identity of App Service does, and knows which it gave. */
export class Identity {
  readonly tenant = randomUUID();
  readonly principal = randomUUID();
  readonly secret = randomUUID();
  /** How long tokens last, in seconds. */
  tokenSeconds: number;
  /** Tokens given, by audience. */
  readonly given: Record<string, number> = {};
  readonly #known = new Map<string, { audience: string; expires: number }>();

  constructor(tokenSeconds: number) {
    this.tokenSeconds = tokenSeconds;
  }

  async handle({ url, headers }: Call): Promise<Answer> {
    if (headers["x-identity-header"] !== this.secret) return { status: 400, body: { statusCode: 400, message: "X-IDENTITY-HEADER is missing or wrong" } };
    if (url.searchParams.get("api-version") !== "2019-08-01") return { status: 400, body: { statusCode: 400, message: "api-version must be 2019-08-01" } };
    const resource = url.searchParams.get("resource");
    if (!resource) return { status: 400, body: { statusCode: 400, message: "resource is missing" } };
    this.given[resource] = (this.given[resource] ?? 0) + 1;
    return { status: 200, body: { access_token: this.token(resource), expires_on: String(Math.floor(Date.now() / 1000) + this.tokenSeconds), resource, token_type: "Bearer", client_id: this.principal } };
  }

  token(audience: string): string {
    const now = Math.floor(Date.now() / 1000);
    const claims = { aud: audience, iss: `https://sts.windows.net/${this.tenant}/`, iat: now, nbf: now - 1, exp: now + this.tokenSeconds, oid: this.principal, sub: this.principal, tid: this.tenant, ver: "1.0", uti: randomUUID() };
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
    const token = `${part({ typ: "JWT", alg: "none" })}.${part(claims)}.`;
    this.#known.set(token, { audience, expires: Date.now() + this.tokenSeconds * 1000 });
    return token;
  }

  /** All tokens so far end now. */
  expire(): void {
    for (const [token, one] of this.#known) this.#known.set(token, { ...one, expires: 0 });
  }

  /** @returns why a call is not let in, undefined when it is. */
  refusal({ headers }: Pick<Call, "headers">, audience: RegExp): "missing" | "unknown" | "audience" | "expired" | undefined {
    const token = /^Bearer (.+)$/.exec(headers.authorization ?? "")?.[1];
    if (!token) return "missing";
    const known = this.#known.get(token);
    if (!known) return "unknown";
    if (!audience.test(known.audience)) return "audience";
    return known.expires <= Date.now() ? "expired" : undefined;
  }
}
