import { FleetError, type FaultText } from "#model/errors";

/** What Google Cloud did not do. */
export class GcpError extends FleetError {
  /** HTTP status of the answer; absent when there was none. */
  readonly status: number | undefined;
  constructor(fault: FaultText, status?: number, options?: ErrorOptions) {
    super(fault, options);
    this.name = "GcpError";
    this.status = status;
  }
}
