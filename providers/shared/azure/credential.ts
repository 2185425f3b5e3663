import { readFile } from "node:fs/promises";
import type { AccessToken, TokenCredential } from "@azure/identity";
import { AzureError } from "#providers/shared/azure/azure-error";
import { azureEndpoints } from "#providers/shared/azure/endpoints";
import { unreachableCause } from "#providers/shared/unreachable";

/** A token that would end within a request is no use. Milliseconds. */
const reserve = 120_000;
/** Milliseconds for a login. */
const patience = 30_000;

const nobody = "nothing in the environment says who you are";

interface Held {
  readonly token: AccessToken;
  /** Milliseconds since 1970. */
  readonly until: number;
}

/**
 * Tokens from the usual chain, kept in this process alone until shortly before they end: the Azure CLI would otherwise be
 * started for every request.
 */
export class AzureLogin implements TokenCredential {
  private readonly held = new Map<string, Promise<Held>>();
  private credential: Promise<TokenCredential> | undefined;

  async getToken(scopes: string | string[]): Promise<AccessToken> {
    const scope = [scopes].flat().join(" ");
    const known = this.held.get(scope);
    const held = known && (await known);
    if (held && Date.now() < held.until) return held.token;
    // of several that find the token used up, the first one logs in
    if (this.held.get(scope) === known) this.held.set(scope, this.login(scope));
    return (await this.held.get(scope)!).token;
  }

  /** A service did not take the token: it is not given again. */
  forget(): void {
    this.held.clear();
    this.credential = undefined;
  }

  private async login(scope: string): Promise<Held> {
    try {
      const credential = await (this.credential ??= open());
      const began = Date.now();
      const token = await credential.getToken(scope, { abortSignal: AbortSignal.timeout(patience) });
      if (!token) throw new Error(nobody);
      // of a token that lives shorter than that, half of its life
      return { token, until: token.expiresOnTimestamp - Math.min(reserve, Math.max(0, token.expiresOnTimestamp - began) / 2) };
    } catch (error) {
      this.held.delete(scope);
      throw new AzureError({ action: "log in to Azure", cause: causeOf(error), hint: "az login, or set the variables of a service principal (AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET) or run where there is a managed identity" }, { cause: error });
    }
  }
}

/** Of a chain, what the first says that was not simply without anything to log in by. */
function causeOf(error: unknown): string {
  const { errors = [error] } = error as { readonly errors?: readonly unknown[] };
  const telling = errors.find((one) => (one as Error).name !== "CredentialUnavailableError");
  return telling === undefined ? nobody : unreachableCause(telling);
}

/** ARM_* is what the official plugin reads: where it names a service principal or a federated token, both log in as the same one. */
async function open(env: NodeJS.ProcessEnv = process.env): Promise<TokenCredential> {
  const { ClientAssertionCredential, ClientSecretCredential, DefaultAzureCredential } = await import("@azure/identity");
  const { authority } = await azureEndpoints();
  const options = { retryOptions: { maxRetries: 2 }, ...(authority !== undefined && { authorityHost: authority }) };
  const { ARM_TENANT_ID: tenant, ARM_CLIENT_ID: client, ARM_CLIENT_SECRET: secret, ARM_OIDC_TOKEN: token, ARM_OIDC_TOKEN_FILE_PATH: file } = env;
  if (tenant && client && secret) return new ClientSecretCredential(tenant, client, secret, options);
  if (tenant && client && (token || file)) return new ClientAssertionCredential(tenant, client, async () => token || (await readFile(file!, "utf8")).trim(), options);
  return new DefaultAzureCredential(options);
}

/** Who this process is on Azure. */
export const azureLogin = new AzureLogin();
