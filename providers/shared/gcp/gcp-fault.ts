import { z } from "zod";
import { GcpError } from "#providers/shared/gcp/gcp-error";
import type { Answer } from "#providers/shared/gcp/send";

const schema = z.looseObject({ error: z.looseObject({ message: z.string().default(""), errors: z.array(z.looseObject({ reason: z.string().default("") })).default([]) }) });

interface Asked {
  readonly action: string;
  readonly permission: string;
  readonly place: string;
  /** As messages call it. */
  readonly service: string;
}

/** Compute Engine says 403 for some of its rates, which is worth another attempt; of all others it is none. */
export function isThrottled({ status, body }: Pick<Answer, "status" | "body">): boolean {
  return status === 403 && reasonsIn(body).some((reason) => /^(user)?rateLimitExceeded$/i.test(reason));
}

/** A refusal in our words. One for want of a permission names it. */
export function gcpFault({ status, body }: Pick<Answer, "status" | "body">, { action, permission, place, service }: Asked): GcpError {
  const said = messageIn(body);
  const cause = `${service} answers ${status}${said && `: ${said}`}`;
  if (status === 403 && !isThrottled({ status, body })) return new GcpError({ action, place, cause: said.includes(permission) ? cause : `${cause}; it takes ${permission}`, hint: `give the account a role with ${permission}: docs/gcp.md has one with all that is needed` }, status);
  return new GcpError({ action, place, cause, hint: hintOf(status) }, status);
}

function hintOf(status: number): string {
  if (status === 401) return "renew the credentials: gcloud auth application-default login, or GOOGLE_APPLICATION_CREDENTIALS";
  if (status === 404) return "check project and bucket in imagefleet:sites";
  if (status === 429 || status === 403) return "the project's quota is used up: run the same command again later, or have it raised";
  if (status >= 500) return "Google Cloud is in trouble: run the same command again later";
  return "run the same command again; if it stays so, look at the project's audit log";
}

/** On one line; Cloud Storage also answers plain text. */
function messageIn(body: unknown): string {
  const text = schema.safeParse(body).data?.error.message ?? (typeof body === "string" ? body.replace(/<[^>]*>/g, " ") : "");
  return text.replace(/\s+/g, " ").trim().replace(/\.$/, "").slice(0, 300);
}

function reasonsIn(body: unknown): string[] {
  return schema.safeParse(body).data?.error.errors.map(({ reason }) => reason) ?? [];
}
