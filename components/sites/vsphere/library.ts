import * as pulumi from "@pulumi/pulumi";
import type { ContentLibrary } from "@pulumi/vsphere";
import type { Publisher, Vcenter, VsphereSite } from "#model/config/sites/vsphere";
import { credentialVariables, libraryDescription, trustNothingElse, trustVariable, vcenterResource } from "#model/vsphere";
import { succeeded } from "#components/outcome";
import type { SiteWorld } from "#components/sites/site";

/** A publisher's content library, and the provider that is logged in there. */
export interface Library {
  readonly provider: pulumi.ProviderResource;
  readonly library: ContentLibrary;
}

/** Declares the library of a publisher with its explicit provider. @returns undefined where one of them failed. */
export async function declareLibrary(site: VsphereSite, vcenter: Publisher, world: SiteWorld): Promise<Library | undefined> {
  const provider = await declareProvider(site, vcenter);
  if (!(await succeeded(vcenterResource(site.name, vcenter.name, "provider"), provider))) return undefined;
  const { ContentLibrary } = await import("@pulumi/vsphere/contentLibrary.js");
  const name = vcenterResource(site.name, vcenter.name, "library");
  const datastore = world.found[vcenterResource(site.name, vcenter.name, "datastore")];
  const library = new ContentLibrary(name, {
    name: vcenter.library, description: libraryDescription(world), storageBackings: [datastore ?? notLookedUp(vcenter)],
    publication: { published: true, authenticationMethod: "NONE" },
  }, {
    provider,
    import: world.found[name],
    // A library stays where it is. Its datastore's id is unknown where the vCenter was not asked, and nothing is ever made there.
    ignoreChanges: ["description", "storageBackings"],
    // Two libraries of one name could not be told apart.
    deleteBeforeReplace: true,
  });
  return (await succeeded(name, library)) ? { provider, library } : undefined;
}

/** The package's own class is not used: the published one insists on user and password as inputs, which the state would keep. */
class VcenterProvider extends pulumi.ProviderResource {}

/** Credentials and the pinned certificate reach the plugin by its environment: only names of variables are kept in the state. */
async function declareProvider(site: VsphereSite, vcenter: Vcenter): Promise<pulumi.ProviderResource> {
  const { default: { version } } = await import("@pulumi/vsphere/package.json", { with: { type: "json" } });
  const { user, password } = credentialVariables(vcenter);
  const pinned: Record<string, string> = vcenter.thumbprint === undefined ? {} : { [trustVariable(site.name, vcenter.name)]: "SSL_CERT_FILE", [trustNothingElse]: "SSL_CERT_DIR" };
  const inputs = { vsphereServer: vcenter.server, allowUnverifiedSsl: "false" };
  return new VcenterProvider("vsphere", vcenterResource(site.name, vcenter.name, "provider"), inputs, {
    version, envVarMappings: { [user]: "VSPHERE_USER", [password]: "VSPHERE_PASSWORD", ...pinned },
  });
}

function notLookedUp({ datacenter, datastore }: Vcenter): string {
  return `${datacenter}/${datastore}, not looked up`;
}
