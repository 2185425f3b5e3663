import got from "got";

export interface Credentials {
  readonly user: string;
  readonly password: string;
  readonly project: string;
}

/** A token that ends sooner than this is renewed before it is used. */
const spareMs = 5_000;

/** One user in one project, asking for a token when there is none that lasts. */
export class KeystoneClient {
  readonly authUrl: string;
  readonly #credentials: Credentials;
  #token: Promise<string> | undefined;
  /** When another token has to be asked for, in ms since 1970. */
  #renewal = 0;

  constructor(authUrl: string, credentials: Credentials) {
    this.authUrl = authUrl;
    this.#credentials = credentials;
  }

  token(): Promise<string> {
    if (this.#token && Date.now() < this.#renewal) return this.#token;
    this.#renewal = Infinity; // who asks meanwhile waits for the same one
    this.#token = this.#authenticate();
    this.#token.catch(() => { this.#token = undefined; });
    return this.#token;
  }

  /** A request of the identity API, such as `call("POST", "projects", { project })`. */
  async call<T = unknown>(method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE", path: string, json?: unknown): Promise<T> {
    const headers = { "x-auth-token": await this.token() };
    const { body } = await got(`${this.authUrl}/${path}`, { method, headers, json, retry: { limit: 0 } });
    return (body === "" ? undefined : JSON.parse(body)) as T;
  }

  async #authenticate(): Promise<string> {
    const { user, password, project } = this.#credentials;
    const domain = { id: "default" };
    const identity = { methods: ["password"], password: { user: { name: user, domain, password } } };
    const json = { auth: { identity, scope: { project: { name: project, domain } } } };
    const reply = await got.post(`${this.authUrl}/auth/tokens`, { json, responseType: "json", retry: { limit: 0 } });
    const { token } = reply.body as { token: { expires_at: string } };
    this.#renewal = Date.parse(token.expires_at) - spareMs;
    return String(reply.headers["x-subject-token"]);
  }
}
