/** A vCenter, and where its content library is. */
export interface Vcenter {
  /** Short name, unique in its site: resources are named `<site>/<name>/...`. */
  readonly name: string;
  /** Host name or address, with a port where it is not 443. */
  readonly server: string;
  /** `CORP_VC`: user and password are in CORP_VC_USER and CORP_VC_PASSWORD. */
  readonly credentials: string;
  /** SHA-256 fingerprint of its certificate, 64 hexadecimal digits in lower case without colons; absent: a trusted authority signed it. */
  readonly thumbprint?: string;
  readonly datacenter: string;
  /** Datastore of the library. */
  readonly datastore: string;
  /** Name of the content library. Default `imagefleet`. */
  readonly library: string;
}

/** A vCenter that pulls from a publisher inside its boundary. */
export interface Subscriber extends Vcenter {
  /** `immediate` copies every item at once, `on-demand` when it is first deployed. Default immediate. */
  readonly download: "immediate" | "on-demand";
}

/** A vCenter that takes OVAs from us, one for each generation of vCenters in the boundary. */
export interface Publisher extends Vcenter {
  /** Name of its OVA format: `ova`, `ova-vmx-10-sha1`. */
  readonly format: string;
  readonly subscribers: readonly Subscriber[];
}

/** Where a new item is deployed to see that it runs. */
export interface TestDeployConfig {
  /** Name of a vCenter of the site. */
  readonly vcenter: string;
  /** Inventory names or paths. */
  readonly resourcePool: string;
  readonly folder?: string;
  readonly host?: string;
  readonly datastore?: string;
  readonly network?: string;
  /** Minutes from power-on to tools and address. Default 15. */
  readonly timeout: number;
  /** Keep the VM, whatever comes out. Default false. */
  readonly keep: boolean;
}

/** A boundary: a network that an OVA enters once for each publisher. */
export interface VsphereSite {
  readonly kind: "vsphere";
  readonly name: string;
  readonly publishers: readonly Publisher[];
  readonly testDeploy?: TestDeployConfig;
}

/** Every vCenter of a boundary, publishers first. */
export function vcentersOf({ publishers }: VsphereSite): Vcenter[] {
  return [...publishers, ...publishers.flatMap(({ subscribers }) => subscribers)];
}
