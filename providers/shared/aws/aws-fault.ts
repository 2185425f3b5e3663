import { FleetError, type FaultText } from "#model/errors";
import type { AwsAccess } from "#providers/shared/aws/access";

/** What AWS did not do. */
export class AwsError extends FleetError {
  /** The service's name for the fault: `UnauthorizedOperation`, `InvalidSnapshot.NotFound`, `TimeoutError`. */
  readonly code: string;
  /** HTTP status of the answer; absent when there was none. */
  readonly status: number | undefined;
  constructor(fault: FaultText, code: string, status: number | undefined, options?: ErrorOptions) {
    super(fault, options);
    this.name = "AwsError";
    this.code = code;
    this.status = status;
  }

  /** True when nothing is known of what was asked for: no answer, no credentials, or a service that is busy or in trouble. */
  get unreachable(): boolean {
    return this.status === undefined || this.status >= 500 || this.status === 429 || throttled.test(this.code) || unknownCaller.test(this.code);
  }
  get denied(): boolean {
    return denied.test(this.code);
  }
  get notFound(): boolean {
    return /NotFound|^NoSuch/.test(this.code);
  }
}

export interface AwsCall {
  /** What is being done, to what: `send debian-12@2026.1101.2 to aws-main`. */
  readonly action: string;
  /** The permission that it takes: `ebs:PutSnapshotBlock`. */
  readonly api: string;
  readonly access: AwsAccess;
}

const denied = /AccessDenied|UnauthorizedOperation|Forbidden|^AuthFailure$/;
const throttled = /Throttl|RequestLimitExceeded|TooManyRequests|SlowDown/;
const unknownCaller = /ExpiredToken|RequestExpired|InvalidClientTokenId|CredentialsProviderError|UnrecognizedClient|SignatureDoesNotMatch|InvalidSignature|^AuthFailure$/;

interface SdkError extends Error {
  readonly code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly attempts?: number; readonly requestId?: string };
}

/** Turns what the SDK threw into a message that names the permission, the place and the next step. */
export function awsFault(error: unknown, { action, api, access }: AwsCall): FleetError {
  if (error instanceof FleetError) return error;
  const { name, message, code: system, $metadata } = error as SdkError;
  const code = name === "Error" || name === "AggregateError" ? (system ?? name) : name;
  const attempts = ($metadata?.attempts ?? 1) > 1 ? ` after ${$metadata!.attempts} attempts` : "";
  const cause = `${api} failed${attempts}: ${[code, message.replace(/\s+/g, " ")].filter(Boolean).join(": ").slice(0, 600)}`;
  return new AwsError({ action, place: placeOf(access), cause, hint: hintOf(code, api, access) }, code, $metadata?.httpStatusCode, { cause: code });
}

/** `site aws-main, region eu-central-1` */
export function placeOf({ site, region }: AwsAccess): string {
  return `site ${site}, region ${region}`;
}

function hintOf(code: string, api: string, { profile, assumeRole, thenAssume }: AwsAccess): string {
  const who = thenAssume ?? assumeRole ?? (profile === undefined ? "the credentials in use" : `the profile ${profile}`);
  if (unknownCaller.test(code)) return `renew the credentials (${who}); \`aws sts get-caller-identity\` shows whose they are`;
  if (denied.test(code)) return `allow ${api} to ${who}, then npm run up`;
  if (throttled.test(code)) return "npm run up goes on where this ended; ask for a higher quota if it happens often";
  return "npm run up goes on where this ended";
}
