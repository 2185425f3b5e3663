import type { CloudEntry } from "#providers/shared/openstack/clouds-file";

type Auth = Readonly<Record<string, string | null | undefined>>;
type Named = { readonly id: string } | { readonly name: string; readonly domain?: { readonly id: string } | { readonly name: string } };

/** What Keystone's `POST /v3/auth/tokens` takes. */
export interface Login {
  readonly url: URL;
  readonly body: { readonly auth: { readonly identity: object; readonly scope?: object } };
}

/**
 * How an entry logs in: by token, application credential or password. What it leaves out comes from the environment (OS_PASSWORD
 * and the like), as in the official plugin.
 * @returns what is missing, in words, where it cannot.
 */
export function loginOf({ auth: given, auth_type: type }: CloudEntry, env: NodeJS.ProcessEnv = process.env): Login | string {
  const auth = (...names: string[]): string | undefined => named(given, env, names);
  const address = auth("auth_url");
  if (address === undefined) return "the entry has no auth.auth_url";
  if (!URL.canParse(address)) return `auth.auth_url is no URL: ${address}`;
  const identity = identityOf(auth, type);
  if (typeof identity === "string") return identity;
  const { scoped, ...method } = identity;
  return { url: tokensUrl(address), body: { auth: { identity: method, ...(scoped && scopeOf(auth)) } } };
}

type Lookup = (...names: string[]) => string | undefined;

function identityOf(auth: Lookup, type: string): { methods: string[]; scoped: boolean; [method: string]: unknown } | string {
  const token = auth("token");
  if (token !== undefined || type.includes("token")) return token === undefined ? "the entry has no auth.token" : { methods: ["token"], token: { id: token }, scoped: true };
  const user = subject(auth("user_id"), auth("username"), auth("user_domain_id", "domain_id"), auth("user_domain_name", "domain_name"), auth("default_domain"));
  const credential = auth("application_credential_id") ?? auth("application_credential_name");
  if (credential !== undefined || auth("application_credential_secret") !== undefined) {
    const secret = auth("application_credential_secret");
    if (credential === undefined || secret === undefined) return `the entry has no auth.application_credential_${secret === undefined ? "secret" : "id"}`;
    const id = auth("application_credential_id");
    if (id === undefined && !user) return "an application credential that is given by name needs auth.username or auth.user_id";
    // it brings its project with it, and Keystone refuses another scope
    return { methods: ["application_credential"], application_credential: { ...(id === undefined ? { name: credential, user } : { id }), secret }, scoped: false };
  }
  const password = auth("password");
  if (!user) return "the entry has neither auth.username nor auth.application_credential_id";
  if (password === undefined) return "the entry has no auth.password, and OS_PASSWORD is not set";
  return { methods: ["password"], password: { user: { ...user, password } }, scoped: true };
}

function scopeOf(auth: Lookup): { scope?: object } {
  const project = subject(auth("project_id", "tenant_id"), auth("project_name", "tenant_name"), auth("project_domain_id", "domain_id"), auth("project_domain_name", "domain_name"), auth("default_domain"));
  return project ? { scope: { project } } : {};
}

function subject(id?: string, name?: string, domainId?: string, domainName?: string, defaultDomain?: string): Named | undefined {
  if (id !== undefined) return { id };
  if (name === undefined) return undefined;
  if (domainId !== undefined) return { name, domain: { id: domainId } };
  if (domainName !== undefined) return { name, domain: { name: domainName } };
  return { name, domain: { id: defaultDomain ?? "default" } };
}

function named(auth: Auth, env: NodeJS.ProcessEnv, names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = auth[name] || env[`OS_${name.toUpperCase()}`];
    if (value) return value;
  }
  return undefined;
}

/** `auth_url` is written with and without `/v3`. */
function tokensUrl(address: string): URL {
  return new URL(`${address.replace(/\/+$/, "").replace(/\/v3$/, "")}/v3/auth/tokens`);
}
