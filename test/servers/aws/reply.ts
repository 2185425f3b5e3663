import { randomUUID } from "node:crypto";

/** What a client is told. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: Buffer;
}

/** A refusal of the service, told in its protocol. */
export class AwsRefusal extends Error {
  readonly code: string;
  readonly status: number;
  /** Of EBS direct: `SNAPSHOT_NOT_FOUND`. */
  readonly reason: string | undefined;
  /** Seconds, where the service says when to come again. */
  readonly retryAfter: number | undefined;

  constructor(code: string, message: string, { status = 400, reason, retryAfter }: { status?: number; reason?: string; retryAfter?: number } = {}) {
    super(message);
    this.code = code;
    this.status = status;
    this.reason = reason;
    this.retryAfter = retryAfter;
  }
}

export function refused(service: string, { code, message, status, reason, retryAfter }: AwsRefusal): Reply {
  const after: Record<string, string> = retryAfter === undefined ? {} : { "retry-after": String(retryAfter) };
  if (service === "ec2") return { status, headers: { "content-type": "text/xml", ...after }, body: Buffer.from(`<Response><Errors><Error><Code>${code}</Code><Message>${escaped(message)}</Message></Error></Errors><RequestID>${randomUUID()}</RequestID></Response>`) };
  if (service === "sts" || service === "iam" || service === "s3") return { status, headers: { "content-type": "text/xml", ...after }, body: Buffer.from(queryError(service, code, message)) };
  const body = JSON.stringify({ __type: code, Message: message, ...(reason && { Reason: reason }) });
  return { status, headers: { "content-type": "application/json", "x-amzn-errortype": code, ...after }, body: Buffer.from(body) };
}

function queryError(service: string, code: string, message: string): string {
  const error = `<Code>${code}</Code><Message>${escaped(message)}</Message>`;
  return service === "s3" ? `<Error>${error}</Error>` : `<ErrorResponse><Error><Type>Sender</Type>${error}</Error><RequestId>${randomUUID()}</RequestId></ErrorResponse>`;
}

/** A value of an answer: lists become `item`s, what is undefined is left out. */
export type Xml = string | number | boolean | undefined | readonly Xml[] | { readonly [name: string]: Xml };

export function ec2Reply(action: string, answer: { readonly [name: string]: Xml }): Reply {
  const body = `<${action}Response xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>${randomUUID()}</requestId>${xml(answer)}</${action}Response>`;
  return { status: 200, headers: { "content-type": "text/xml;charset=UTF-8" }, body: Buffer.from(body) };
}

function xml(value: Xml): string {
  if (Array.isArray(value)) return value.map((one) => `<item>${xml(one as Xml)}</item>`).join("");
  if (typeof value !== "object") return escaped(String(value));
  return Object.entries(value).filter(([, one]) => one !== undefined).map(([name, one]) => `<${name}>${xml(one as Xml)}</${name}>`).join("");
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

export function jsonReply(status: number, answer: unknown, headers: Record<string, string> = {}): Reply {
  return { status, headers: { "content-type": "application/json", ...headers }, body: Buffer.from(JSON.stringify(answer)) };
}
