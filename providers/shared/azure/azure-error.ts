import { FleetError, type FaultText } from "#model/errors";

/** What Azure did not do. */
export class AzureError extends FleetError {
  /** HTTP status of the answer; absent when there was none. */
  readonly status: number | undefined;
  /** Azure's own word: `AuthorizationFailed`, `ServerBusy`. */
  readonly code: string | undefined;
  constructor(fault: FaultText, { status, code, cause }: { readonly status?: number; readonly code?: string; readonly cause?: unknown } = {}) {
    super(fault, { cause });
    this.name = "AzureError";
    this.status = status;
    this.code = code;
  }

  /** True when nothing is known of what was asked for: no answer, no login, or a service in trouble. */
  get unreachable(): boolean {
    return this.status === undefined || this.status >= 500 || this.status === 401 || this.status === 429;
  }
}
