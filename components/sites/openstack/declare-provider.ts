import type { Provider } from "@pulumi/openstack/provider.js";

/**
 * The explicit provider of an entry of clouds.yaml. What it needs to log in it reads there itself, so that nothing of it is an
 * input.
 */
export async function declareProvider(name: string, { cloud, region }: { readonly cloud: string; readonly region?: string }): Promise<Provider> {
  const { Provider } = await import("@pulumi/openstack/provider.js");
  return new Provider(name, { cloud, ...(region !== undefined && { region }) });
}
