import type { CheckedKind, CheckedSite } from "#providers/registration-check/inputs";

/** How the registrations of each kind of site are checked; a kind's client is loaded when the first of its sites is. */
const kinds: Readonly<Record<CheckedKind, () => Promise<CheckedSite>>> = {
  openstack: async () => (await import("#providers/registration-check/openstack/openstack-check")).openstackCheck,
};

export function checkedSite(kind: CheckedKind): Promise<CheckedSite> {
  return kinds[kind]();
}
