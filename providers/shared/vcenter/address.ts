/** How a vCenter is reached. Secrets are in the environment: `<credentials>_USER` and `<credentials>_PASSWORD`. */
export interface VcenterAddress {
  /** For messages. */
  readonly site?: string;
  /** Short name in its site. */
  readonly vcenter: string;
  /** Host name or address, with a port where it is not 443. */
  readonly server: string;
  readonly credentials: string;
  /** SHA-256 fingerprint of its certificate, lower-case hexadecimal; absent: a trusted authority signed it. */
  readonly thumbprint?: string;
}

/** Where a vCenter is, for those who do not log in. */
export type VcenterPlace = Omit<VcenterAddress, "credentials">;

/** `corp/vc-a, vc-a.example.org` */
export function placeOf({ site, vcenter, server }: VcenterPlace): string {
  return `${site === undefined ? "" : `${site}/`}${vcenter}, ${server}`;
}

/** `https://vc-a.example.org/` */
export function originOf({ server }: Pick<VcenterAddress, "server">): URL {
  return new URL(`https://${server}`);
}

/** Where to connect to, without the brackets of an IPv6 address. */
export function hostOf(address: Pick<VcenterAddress, "server">): { readonly host: string; readonly port: number } {
  const { hostname, port } = originOf(address);
  return { host: hostname.replace(/^\[(.*)\]$/, "$1"), port: Number(port || 443) };
}
