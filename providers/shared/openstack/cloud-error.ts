import { FleetError, type FaultText } from "#model/errors";

/** What a cloud did not do. */
export class CloudError extends FleetError {
  /** HTTP status of the answer; absent when there was none. */
  readonly status: number | undefined;
  constructor(fault: FaultText, status?: number, options?: ErrorOptions) {
    super(fault, options);
    this.name = "CloudError";
    this.status = status;
  }

  /** True when nothing is known of what was asked for: no answer, no login, or a server in trouble. */
  get unreachable(): boolean {
    return this.status === undefined || this.status >= 500 || this.status === 401 || this.status === 429;
  }
}
