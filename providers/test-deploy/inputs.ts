import type { ReleaseId } from "#model/release";

/** What a TestDeploy resource is asked to try: one release, as its vCenter's own library holds it. */
export interface DeployInputs extends ReleaseId {
  readonly site: string;
  /** Short name in its site. */
  readonly vcenter: string;
  /** Host name or address, with a port where it is not 443. */
  readonly server: string;
  /** User and password are in `<credentials>_USER` and `<credentials>_PASSWORD`. */
  readonly credentials: string;
  /** SHA-256 fingerprint of its certificate, lower-case hexadecimal; absent: a trusted authority signed it. */
  readonly thumbprint?: string;
  /** The library that has the item. */
  readonly libraryId: string;
  /** Inventory names, as the configuration has them. */
  readonly datacenter: string;
  readonly resourcePool: string;
  readonly folder?: string;
  readonly host?: string;
  readonly datastore?: string;
  readonly network?: string;
  /** Minutes from power-on to tools and address. */
  readonly timeout: number;
  /** Keep the VM, whatever comes out. */
  readonly keep: boolean;
}

/** The evidence that a release runs. */
export interface DeployEvidence {
  /** From power-on until VMware Tools ran. */
  readonly seconds: number;
  /** Address that the guest told. */
  readonly address: string;
  /** ISO 8601. */
  readonly checkedAt: string;
}

/** What the state keeps. */
export interface DeployOutputs extends DeployInputs, DeployEvidence {}
