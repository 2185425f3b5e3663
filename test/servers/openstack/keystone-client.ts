import got from "got";

export interface Credentials {
  readonly user: string;
  readonly password: string;
  readonly project: string;
}

interface Token {
  readonly text: string;
  readonly expires: number;
}

const spareMs = 30_000;

/** One user in one project, asking for a token when there is none that lasts. */
export class KeystoneClient {
  readonly authUrl: string;
  readonly #credentials: Credentials;
  #token: Promise<Token> | undefined;

  constructor(authUrl: string, credentials: Credentials) {
    this.authUrl = authUrl;
    this.#credentials = credentials;
  }

  async token(): Promise<string> {
    const known = await this.#token?.catch(() => undefined);
    if (!known || known.expires < Date.now() + spareMs) this.#token = this.#authenticate();
    return (await this.#token!).text;
  }

  /** A request of the identity API, such as `call("POST", "projects", { project })`. */
  async call<T = unknown>(method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE", path: string, json?: unknown): Promise<T> {
    const headers = { "x-auth-token": await this.token() };
    const { body } = await got(`${this.authUrl}/${path}`, { method, headers, json, retry: { limit: 0 } });
    return (body === "" ? undefined : JSON.parse(body)) as T;
  }

  async #authenticate(): Promise<Token> {
    const { user, password, project } = this.#credentials;
    const domain = { id: "default" };
    const identity = { methods: ["password"], password: { user: { name: user, domain, password } } };
    const json = { auth: { identity, scope: { project: { name: project, domain } } } };
    const reply = await got.post(`${this.authUrl}/auth/tokens`, { json, responseType: "json", retry: { limit: 0 } });
    const { token } = reply.body as { token: { expires_at: string } };
    return { text: String(reply.headers["x-subject-token"]), expires: Date.parse(token.expires_at) };
  }
}
