import { AzureError } from "#providers/shared/azure/azure-error";

/** What a service answered, whichever client asked it. */
export interface Refusal {
  readonly status: number;
  readonly code?: string;
  readonly message?: string;
}

export interface Asked {
  /** What was being done, to what: `read the gallery image version debian-12/2026.1101.2`. */
  readonly action: string;
  /** For messages: `resource group images`. */
  readonly place: string;
  /** The permission that it takes, where the answer does not name it. */
  readonly permission?: string;
}

const roles = "assign the role of docs/azure.md to whom you log in as; a new assignment takes some minutes";

/** An answer that says no, in our words; a lacking permission is named. */
export function azureFault({ action, place, permission }: Asked, { status, code, message = "" }: Refusal): AzureError {
  const lacking = deniedAction(code, status, message) ?? permission;
  const denied = status === 403 && lacking !== undefined;
  const said = [code, message.replace(/\s+/g, " ").trim().slice(0, 300)].filter(Boolean).join(": ");
  const cause = denied ? `whom you log in as may not do ${lacking}${code ? ` (${code})` : ""}` : `Azure answers ${status}${said && `: ${said}`}`;
  return new AzureError({ action, place, cause, hint: status === 403 ? roles : hintOf(status, code) }, { status, ...(code !== undefined && { code }) });
}

/** `... does not have authorization to perform action 'Microsoft.Compute/images/write' over scope ...` */
function deniedAction(code: string | undefined, status: number, message: string): string | undefined {
  if (status !== 403 && code !== "AuthorizationFailed") return undefined;
  return /perform action '([^']+)'/.exec(message)?.[1];
}

function hintOf(status: number, code: string | undefined): string {
  if (status === 401) return "log in again: az login, or the variables of a service principal or managed identity";
  if (code === "QuotaExceeded" || code === "OperationNotAllowed") return "remove what nobody needs, or ask for a larger quota";
  if (status >= 500 || status === 429) return "Azure is in trouble: run the same command again later";
  if (status === 404) return "check the subscription, the resource group and the names in imagefleet:sites";
  return "run the same command again; if it stays so, look at the activity log of the resource group";
}
