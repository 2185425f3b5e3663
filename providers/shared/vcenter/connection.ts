import type { Agent } from "node:https";
import { z } from "zod";
import { originOf, placeOf, type VcenterAddress } from "#providers/shared/vcenter/address";
import type { Login } from "#providers/shared/vcenter/login";
import { answerText } from "#providers/shared/vcenter/answer-text";
import { pathOf, routes, type Dialect, type Route } from "#providers/shared/vcenter/routes";
import { defaultPatience, send, type Answer, type Patience } from "#providers/shared/vcenter/send";
import { VcenterError } from "#providers/shared/vcenter/vcenter-error";

const sessionHeader = "vmware-api-session-id";

/** One request to a vCenter. */
export interface Call<T> {
  /** What is being done, to what: `list content libraries`. */
  readonly action: string;
  readonly route: Route;
  readonly id?: string;
  readonly query?: URLSearchParams;
  readonly body?: unknown;
  /** Of the answer. */
  readonly schema?: z.ZodType<T>;
  /** Statuses that are answers too, not faults: then there is no value. */
  readonly accept?: readonly number[];
  readonly patience?: Partial<Patience>;
}

/** A session, and requests within it. A session that has ended is opened again, once a request. */
export class Connection {
  readonly where: string;
  /** What the vCenter speaks; known from the login on. */
  dialect: Dialect = "api";
  private readonly address: VcenterAddress;
  private readonly agent: Agent;
  private readonly login: Login;
  private readonly patience: Patience;
  private token: string | undefined;
  private opening: Promise<string> | undefined;

  constructor(address: VcenterAddress, { agent, login, patience = defaultPatience }: { agent: Agent; login: Login; patience?: Patience }) {
    this.where = placeOf(address);
    this.address = address;
    this.agent = agent;
    this.login = login;
    this.patience = patience;
  }

  /** @returns the answer's value; undefined for one of `accept`. @throws VcenterError */
  async call<T>({ schema, accept = [], ...call }: Call<T>): Promise<T | undefined> {
    const token = await this.open();
    const first = await this.ask(call, token);
    const { status, body } = first.status === 401 ? await this.ask(call, await this.open(token)) : first;
    if (status >= 200 && status < 300) return schema && this.parse(call.action, schema, body);
    if (accept.includes(status)) return undefined;
    throw this.refusal(call.action, { status, body });
  }

  /** Logs in where there is no session. @param refused A token that the vCenter did not take. */
  async open(refused?: string): Promise<string> {
    if (this.token !== undefined && this.token !== refused) return this.token;
    // of several that find the session ended, the first one logs in
    this.opening ??= this.authenticate().then((token) => (this.token = token)).finally(() => (this.opening = undefined));
    return this.opening;
  }

  /** Logs out, whatever comes of it: a session that is left ends by itself. */
  async close(): Promise<void> {
    const { token } = this;
    this.token = undefined;
    if (token !== undefined) await this.ask({ action: "log out", route: routes.logout, patience: { retries: 0, answerMs: 5_000 } }, token).catch(() => undefined);
    this.agent.destroy();
  }

  private async authenticate(): Promise<string> {
    const [user, password] = [this.login.user, this.login.password];
    const headers = { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`, "vmware-use-header-authn": "true" };
    const call = { action: "log in", route: routes.login };
    this.dialect = "api";
    let answer = await this.transfer(call, headers);
    if ([400, 404, 405].includes(answer.status)) {
      this.dialect = "rest";
      answer = await this.transfer(call, headers);
    }
    if (answer.status === 401) {
      throw new VcenterError({ action: "log in", place: this.where, cause: "the vCenter refuses the user name or the password", hint: `check ${this.login.variables.user} and ${this.login.variables.password}` }, 401);
    }
    if (answer.status >= 300) throw this.refusal(call.action, answer);
    return this.parse(call.action, z.string().min(1), answer.body);
  }

  private ask(call: Call<unknown>, token: string): Promise<Answer> {
    return this.transfer(call, { [sessionHeader]: token });
  }

  private transfer({ action, route, id, query, body, patience }: Call<unknown>, headers: Readonly<Record<string, string>>): Promise<Answer> {
    const url = new URL(pathOf(route, this.dialect, id), originOf(this.address));
    query?.forEach((value, name) => url.searchParams.append(this.dialect === "api" ? name : `filter.${name}`, value));
    const wrapped = this.dialect === "rest" && route.body !== undefined ? { [route.body]: body } : body;
    const request = { action, place: this.where, method: route.method, url, headers, agent: this.agent, patience: { ...this.patience, ...patience } };
    return send(wrapped === undefined ? request : { ...request, body: wrapped });
  }

  private parse<T>(action: string, schema: z.ZodType<T>, body: unknown): T {
    const value = this.dialect === "rest" ? (body as { value?: unknown } | undefined)?.value : body;
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    throw new VcenterError({ action, place: this.where, cause: `an answer that makes no sense here: ${z.prettifyError(parsed.error)}`, hint: "check that `server` is a vCenter" });
  }

  private refusal(action: string, { status, body }: Answer): VcenterError {
    const hint = status === 403 ? `give the user in ${this.login.variables.user} the privilege` : "look at the vCenter's recent tasks and events, then run the same command again";
    return new VcenterError({ action, place: this.where, cause: `the vCenter answers ${status}${answerText(body)}`, hint }, status);
  }
}
