import type { KeystoneClient } from "./keystone-client.ts";

/** The clouds of the tests: each is a user with a project; images belong to `factory`, the teams consume them. */
export const tenants = {
  factory: { user: "factory", password: "password-of-factory", project: "images" },
  team: { user: "team", password: "password-of-team", project: "team" },
  team2: { user: "team2", password: "password-of-team2", project: "team2" },
} as const;

interface Named {
  readonly id: string;
  readonly name: string;
}

/** Makes the tenants, ordinary members of their projects. @returns the id of each one's project. */
export async function seedTenants(admin: KeystoneClient): Promise<Record<keyof typeof tenants, string>> {
  const { roles } = await admin.call<{ roles: Named[] }>("GET", "roles?name=member");
  const ids = Object.entries(tenants).map(async ([name, tenant]) => [name, await seedTenant(admin, tenant, roles[0]!.id)] as const);
  return Object.fromEntries(await Promise.all(ids)) as Record<keyof typeof tenants, string>;
}

async function seedTenant(admin: KeystoneClient, { user, password, project }: (typeof tenants)[keyof typeof tenants], role: string): Promise<string> {
  const domain = { domain_id: "default" };
  const [made, person] = await Promise.all([
    admin.call<{ project: Named }>("POST", "projects", { project: { name: project, ...domain } }),
    admin.call<{ user: Named }>("POST", "users", { user: { name: user, password, ...domain } }),
  ]);
  await admin.call("PUT", `projects/${made.project.id}/users/${person.user.id}/roles/${role}`);
  return made.project.id;
}

/** Makes the catalog: identity and image service in each region. @param endpoints URL of Glance by region. */
export async function seedCatalog(admin: KeystoneClient, endpoints: Readonly<Record<string, string>>): Promise<void> {
  const [identity, image] = await Promise.all([service(admin, "identity", "keystone"), service(admin, "image", "glance")]);
  await Promise.all(Object.entries(endpoints).map(async ([region, url]) => {
    await admin.call("PUT", `regions/${region}`, { region: {} });
    await Promise.all([endpoint(admin, identity, region, admin.authUrl), endpoint(admin, image, region, url)]);
  }));
}

async function service(admin: KeystoneClient, type: string, name: string): Promise<string> {
  const { services } = await admin.call<{ services: Named[] }>("GET", `services?type=${type}`);
  if (services[0]) return services[0].id;
  return (await admin.call<{ service: Named }>("POST", "services", { service: { type, name } })).service.id;
}

async function endpoint(admin: KeystoneClient, serviceId: string, region: string, url: string): Promise<void> {
  await admin.call("POST", "endpoints", { endpoint: { service_id: serviceId, interface: "public", region_id: region, url } });
}
