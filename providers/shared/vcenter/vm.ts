/** Ids of where a VM is to be. */
export interface Placement {
  readonly resourcePool: string;
  readonly folder?: string;
  readonly host?: string;
  readonly datastore?: string;
  readonly network?: string;
}

export type PowerState = "POWERED_ON" | "POWERED_OFF" | "SUSPENDED";

/** What runs inside, told by VMware Tools. */
export interface Guest {
  /** Whether the tools answer. */
  readonly toolsRunning: boolean;
  readonly address?: string;
  readonly hostName?: string;
  /** `Debian GNU/Linux 12 (64-bit)`. */
  readonly fullName?: string;
}

export interface Vm {
  readonly id: string;
  readonly name: string;
  readonly power: PowerState;
}
