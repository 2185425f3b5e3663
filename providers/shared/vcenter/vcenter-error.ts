import { FleetError, type FaultText } from "#model/errors";

/** A vCenter refused something, or did not answer. */
export class VcenterError extends FleetError {
  /** Of its answer; undefined: there was none. */
  readonly status: number | undefined;
  constructor(fault: FaultText, status?: number, options?: ErrorOptions) {
    super(fault, options);
    this.name = "VcenterError";
    this.status = status;
  }
}
