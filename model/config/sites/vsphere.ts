import type { SiteKind } from "#model/config/sites/site-kind";
import { vsphereClaims, vsphereFaults } from "#model/config/sites/vsphere-faults";
import { vsphereSettings, type PublisherInput, type SubscriberInput } from "#model/config/sites/vsphere-settings";

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

/** A boundary of vCenters. */
export const vsphere: SiteKind<VsphereSite, typeof vsphereSettings, "publishers"> = {
  title: "A boundary of vCenters: an OVA enters it once for each publisher, and subscribers pull it inside. Each vCenter takes from its publisher, and that from the site, what it does not say itself.",
  settings: vsphereSettings,
  required: ["publishers"],
  finish: (name, { publishers, testDeploy, ...shared }) => ({
    kind: "vsphere", name,
    publishers: publishers.map((publisher) => finishPublisher(publisher, shared)),
    ...(testDeploy && { testDeploy: { timeout: 15, keep: false, ...testDeploy } }),
  }),
  formats: ({ publishers }) => [...new Set(publishers.map(({ format }) => format))],
  faults: vsphereFaults,
  claims: vsphereClaims,
};

type Shared = Pick<SubscriberInput, "credentials" | "datacenter" | "datastore" | "library" | "download">;

function finishPublisher(publisher: PublisherInput, shared: Shared): Publisher {
  const { subscribers = [], format = "ova" } = publisher;
  const { name: _, server: __, thumbprint: ___, ...inherited } = { ...shared, ...publisher };
  return {
    ...finishVcenter(publisher, shared), format,
    subscribers: subscribers.map((own) => ({ ...finishVcenter(own, inherited), download: own.download ?? inherited.download ?? "immediate" })),
  };
}

/** Without faults, someone says each of them. */
function finishVcenter(own: SubscriberInput, shared: Shared): Vcenter {
  const { name, server, thumbprint, credentials, datacenter, datastore, library = "imagefleet" } = { ...shared, ...own };
  return {
    name, server, credentials: credentials!, datacenter: datacenter!, datastore: datastore!, library,
    ...(thumbprint !== undefined && { thumbprint: thumbprint.replaceAll(":", "").toLowerCase() }),
  };
}
