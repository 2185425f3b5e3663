import type { TestInstanceConfig } from "#model/config/sites/openstack";
import type { ReleaseId } from "#model/release";

/** A server that is to be made of a registered image, looked at and deleted. */
export interface InstanceInputs extends ReleaseId {
  readonly site: string;
  /** Entry of clouds.yaml. */
  readonly cloud: string;
  /** Absent: the entry's. */
  readonly region?: string;
  /** The server's id of the image. */
  readonly imageId: string;
  /** `<project>/<stack>`: whose server it is. */
  readonly stack: string;
  readonly server: TestInstanceConfig;
}

/** What was seen: the evidence that the image boots there. */
export interface InstanceOutputs extends InstanceInputs {
  /** RFC 3339, UTC: when it was seen. */
  readonly testedAt: string;
  /** Seconds from the order to ACTIVE, and to the first login. */
  readonly activeSeconds: number;
  readonly loginSeconds: number;
  readonly kernel: string;
  /** `running`, or `degraded` where units failed that may; absent without systemd. */
  readonly system?: string;
  /** Where cloud-init, which came to its end, had its data from; absent without cloud-init. */
  readonly cloudInit?: string;
  /** Id of the server, where it was kept. */
  readonly kept?: string;
}
