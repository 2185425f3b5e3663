import { randomBytes } from "node:crypto";
import type { Answer, Call } from "../strict-proxy.ts";
import { GoogleError } from "./google-error.ts";

/** Gives tokens as the metadata server of a machine does, and knows which it gave. */
export class Metadata {
  readonly email = "tests@loopback.iam.gserviceaccount.com";
  readonly project: string;
  /** How long tokens last, in seconds. */
  tokenSeconds: number;
  /** Tokens given. */
  given = 0;
  readonly #ends = new Map<string, number>();

  constructor(project: string, tokenSeconds: number) {
    this.project = project;
    this.tokenSeconds = tokenSeconds;
  }

  async handle({ url, headers }: Call): Promise<Answer> {
    const flavor = { "metadata-flavor": "Google", server: "Metadata Server for VM" };
    if (headers["metadata-flavor"] !== "Google") return { status: 403, headers: flavor, body: "Missing Metadata-Flavor:Google header." };
    const path = url.pathname.replace(/^\/computeMetadata\/v1\/?/, "");
    const text = (body: string): Answer => ({ status: 200, headers: { ...flavor, "content-type": "application/text" }, body });
    switch (path.replace(`/${this.email}/`, "/default/")) {
      case "":
      case "instance":
        return text("instance/\nproject/\n");
      case "project/project-id": return text(this.project);
      case "universe/universe-domain": return text("googleapis.com");
      case "instance/service-accounts/default/email": return text(this.email);
      case "instance/service-accounts/default/scopes": return text("https://www.googleapis.com/auth/cloud-platform\n");
      case "instance/service-accounts/default/token":
        this.given++;
        return { status: 200, headers: flavor, body: { access_token: this.token(), expires_in: this.tokenSeconds, token_type: "Bearer" } };
      default: return { status: 404, headers: flavor, body: "Not Found" };
    }
  }

  token(): string {
    const token = `ya29.${randomBytes(24).toString("base64url")}`;
    this.#ends.set(token, Date.now() + this.tokenSeconds * 1000);
    return token;
  }

  /** All tokens so far end now. */
  expire(): void {
    for (const token of this.#ends.keys()) this.#ends.set(token, 0);
  }

  /** @throws GoogleError when the call has no token of ours that lasts. */
  authenticate({ headers }: Pick<Call, "headers">): void {
    const token = /^Bearer (.+)$/i.exec(headers.authorization ?? "")?.[1];
    if (!token) throw new GoogleError(401, "required", "Request is missing required authentication credential. Expected OAuth 2 access token, login cookie or other valid authentication credential.");
    if ((this.#ends.get(token) ?? 0) <= Date.now()) throw new GoogleError(401, "authError", "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential.");
  }
}
