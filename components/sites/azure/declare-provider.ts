import type { Provider } from "@pulumi/azure-native/provider.js";
import type { AzureSite } from "#model/config/sites/azure";

/** The explicit provider of a subscription. It finds its credentials itself, so that nothing of them is an input. */
export async function declareProvider({ name, subscription, location }: Pick<AzureSite, "name" | "subscription" | "location">): Promise<Provider> {
  const { Provider } = await import("@pulumi/azure-native/provider.js");
  return new Provider(`${name}/provider`, { subscriptionId: subscription, location, disablePulumiPartnerId: true });
}
