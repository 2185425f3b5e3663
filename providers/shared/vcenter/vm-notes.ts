import type { Agent } from "node:https";
import got, { RequestError, type Response } from "got";
import { create } from "xmlbuilder2";
import { originOf, placeOf, type VcenterAddress } from "#providers/shared/vcenter/address";
import { readLogin } from "#providers/shared/vcenter/login";
import { defaultPatience } from "#providers/shared/vcenter/send";
import { trustedAgent } from "#providers/shared/vcenter/trust";
import { VcenterError } from "#providers/shared/vcenter/vcenter-error";

/** A tree of elements for `create`. */
type Tree = Record<string, unknown>;

const { connectMs, answerMs } = defaultPatience;

/** The annotations of VMs, which REST does not tell: over SOAP, as every vCenter speaks it, in a session of its own. */
export class VmNotes {
  private readonly where: string;
  private readonly url: URL;
  private readonly agent: Agent;
  private cookie = "";

  private constructor(address: VcenterAddress, agent: Agent) {
    this.where = placeOf(address);
    this.url = new URL("/sdk", originOf(address));
    this.agent = agent;
  }

  /** @throws VcenterError */
  static async open(address: VcenterAddress): Promise<VmNotes> {
    const { user, password } = readLogin(address);
    const notes = new VmNotes(address, await trustedAgent(address));
    const { headers } = await notes.call("log in", "Login", { _this: object("SessionManager", "SessionManager"), userName: literal(user), password: literal(password) });
    notes.cookie = (headers["set-cookie"] ?? []).map((cookie) => cookie.split(";")[0]).join("; ");
    return notes;
  }

  /** Undefined: the VM is gone. */
  async read(vm: string): Promise<string | undefined> {
    const specSet = { propSet: { type: "VirtualMachine", pathSet: "config.annotation" }, objectSet: { obj: object("VirtualMachine", vm) } };
    const answer = await this.call(`read the annotation of VM ${vm}`, "RetrieveProperties", { _this: object("PropertyCollector", "propertyCollector"), specSet }, "ManagedObjectNotFound");
    if (answer.statusCode !== 200) return undefined;
    return textOf(answer.body, "val") ?? "";
  }

  async write(vm: string, annotation: string): Promise<void> {
    await this.call(`annotate VM ${vm}`, "ReconfigVM_Task", { _this: object("VirtualMachine", vm), spec: { annotation: literal(annotation) } });
  }

  /** Logs out, whatever comes of it. */
  async close(): Promise<void> {
    await this.call("log out", "Logout", { _this: object("SessionManager", "SessionManager") }).catch(() => undefined);
    this.agent.destroy();
  }

  /** @param answer A fault that is an answer, too. */
  private async call(action: string, verb: string, parameters: Tree, answer?: string): Promise<Response<string>> {
    const body = create({ "soapenv:Envelope": { "@xmlns:soapenv": "http://schemas.xmlsoap.org/soap/envelope/", "soapenv:Body": { [verb]: { "@xmlns": "urn:vim25", ...parameters } } } }).end();
    const response = await this.post(action, body);
    if (response.statusCode === 200 || (answer !== undefined && response.body.includes(answer))) return response;
    const said = response.body.startsWith("<") ? textOf(response.body, "faultstring") : undefined;
    throw new VcenterError({ action, place: this.where, cause: `the vCenter answers ${response.statusCode}${said ? `: ${said}` : ""}`, hint: "look at the vCenter's recent tasks and events, then run the same command again" }, response.statusCode);
  }

  private async post(action: string, body: string): Promise<Response<string>> {
    try {
      return await got.post(this.url, {
        body,
        headers: { "user-agent": "imagefleet", "content-type": "text/xml; charset=utf-8", soapaction: "urn:vim25/6.5", ...(this.cookie && { cookie: this.cookie }) },
        agent: { https: this.agent },
        throwHttpErrors: false,
        retry: { limit: 0 },
        timeout: { lookup: connectMs, connect: connectMs, secureConnect: connectMs, request: answerMs },
      });
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      throw new VcenterError({ action, place: this.where, cause: `no answer: ${error.message}`, hint: "check the network and the vCenter, then run the same command again" }, undefined, { cause: error.code });
    }
  }
}

/** A reference to a managed object. */
function object(type: string, id: string): Tree {
  return { "@type": type, "#": id };
}

/** The builder reads entities in what it is given, and the writer then leaves what still looks like one. */
function literal(text: string): string {
  return text.replaceAll("&", "&amp;amp;");
}

/** What the first element of this name holds. */
function textOf(body: string, name: string): string | undefined {
  return create(body).doc().find(({ node }) => node.nodeName === name, false, true)?.node.textContent ?? undefined;
}
