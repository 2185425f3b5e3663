import type { Provider } from "@pulumi/gcp/provider.js";
import type { GcpSite } from "#model/config/sites/gcp";

/** The explicit provider of a project. It finds its credentials itself, so that nothing of them is an input. */
export async function declareProvider({ name, project }: Pick<GcpSite, "name" | "project">): Promise<Provider> {
  const { Provider } = await import("@pulumi/gcp/provider.js");
  return new Provider(`${name}/provider`, { project, addPulumiAttributionLabel: false });
}
