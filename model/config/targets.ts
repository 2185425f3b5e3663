/** What a layered child of an image may be made for. A site takes the child that is named like its kind. */
export const targets = ["local", "vagrant", "azure", "aws", "gcp", "openstack", "vsphere", "container", "netboot"] as const;

export type Target = (typeof targets)[number];
