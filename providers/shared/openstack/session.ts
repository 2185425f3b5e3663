import { z } from "zod";
import { CloudError } from "#providers/shared/openstack/cloud-error";
import { errorText } from "#providers/shared/openstack/error-text";
import type { Login } from "#providers/shared/openstack/login";
import { send, type Patience, type Trust } from "#providers/shared/openstack/send";

const endpoint = z.object({ interface: z.string(), region: z.string().nullish(), region_id: z.string().nullish(), url: z.string() });
const tokenSchema = z.object({
  token: z.object({
    expires_at: z.string(),
    project: z.object({ id: z.string(), name: z.string() }).optional(),
    catalog: z.array(z.object({ type: z.string(), endpoints: z.array(endpoint) })).default([]),
  }),
});

/** What a login brings: a token, and the addresses of the cloud's services. */
export interface Ticket {
  readonly token: string;
  readonly expiresAt: number;
  /** Id of the project that is worked in. */
  readonly project: string;
  readonly catalog: z.infer<typeof tokenSchema>["token"]["catalog"];
}

/** A token that would end within a request is no use. Milliseconds. */
const reserve = 60_000;

/** Logs in when a token is needed, and again before it expires. Tokens live in this process alone. */
export class Session {
  private readonly login: Login;
  private readonly place: string;
  private readonly trust: Trust;
  private ticket: Ticket | undefined;
  private opening: Promise<Ticket> | undefined;
  constructor(login: Login, place: string, trust: Trust) {
    this.login = login;
    this.place = place;
    this.trust = trust;
  }

  /** @param refused A token that a service did not take: it is not given again. */
  async open(patience: Patience, refused?: string): Promise<Ticket> {
    const { ticket } = this;
    if (ticket && ticket.token !== refused && ticket.expiresAt - Date.now() > reserve) return ticket;
    // of several that find the token used up, the first one logs in
    this.opening ??= this.authenticate(patience).then((fresh) => (this.ticket = fresh)).finally(() => (this.opening = undefined));
    return this.opening;
  }

  private async authenticate(patience: Patience): Promise<Ticket> {
    const { place, trust, login } = this;
    const action = "log in";
    const request = { action, place, method: "POST", url: login.url, json: login.body, trust, patience } as const;
    const { status, headers, body } = await sendTwice(request);
    const fail = (cause: string, hint: string): never => {
      throw new CloudError({ action, place, cause, hint }, status);
    };
    if (status === 401) fail("Keystone refuses the credentials", "check `auth` of the entry in clouds.yaml and secure.yaml");
    if (status !== 201 && status !== 200) fail(`Keystone at ${login.url.origin} answers ${status}${errorText(body)}`, "check `auth_url` of the entry in clouds.yaml, then run the same command again");
    const parsed = tokenSchema.safeParse(body);
    const token = headers["x-subject-token"];
    if (!parsed.success || typeof token !== "string") return fail(`${login.url.href} answers as no Keystone does`, "check `auth_url` of the entry in clouds.yaml");
    const { expires_at: expires, project, catalog } = parsed.data.token;
    if (!project) return fail("the login is for no project", "set project_name or project_id of the entry in clouds.yaml");
    return { token, expiresAt: Date.parse(expires), project: project.id, catalog };
  }
}

/** A login changes nothing, so it can be repeated although it is a POST. */
async function sendTwice(request: Parameters<typeof send>[0]): ReturnType<typeof send> {
  const answer = await send(request).catch((error: unknown) => {
    if (!(error instanceof CloudError) || request.patience.retries === 0) throw error;
    return undefined;
  });
  return answer && answer.status < 500 ? answer : send(request);
}
