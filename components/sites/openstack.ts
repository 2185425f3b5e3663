import * as pulumi from "@pulumi/pulumi";
import type { Image } from "@pulumi/openstack/images/image.js";
import type { OpenstackSite } from "#model/config/sites/openstack";
import { imageProperties, imageSettings, openstackImageName } from "#model/openstack-image";
import { ownerOf } from "#model/owner";
import { succeeded } from "#components/outcome";
import { registrationName, type RegisterOptions, type SealedFormat, type Site, type SiteWorld } from "#components/sites/site";
import { declareImage, isFlipped, type ImageDeclaration } from "#components/sites/openstack/declare-image";
import { declareProvider } from "#components/sites/openstack/declare-provider";
import { membersOf, shareImage } from "#components/sites/openstack/share-image";
import { ImageSignature } from "#providers/image-signature/resource";
import { RegistrationCheck } from "#providers/registration-check/resource";
import { TestInstance } from "#providers/test-instance/resource";

/** A region of an OpenStack cloud. Consumers name an image `<image>-<version>`, or find it by its properties. */
export function openstackSite(config: OpenstackSite, world: SiteWorld): Site {
  const providers = new Map<string, Promise<pulumi.ProviderResource>>();
  const provider = (name: string, cloud: string) => {
    const known = providers.get(name) ?? declareProvider(name, { cloud, region: config.region });
    providers.set(name, known);
    return known;
  };
  return {
    config,
    reference: openstackImageName,
    async register(release, options) {
      const declared = await declare(release, options);
      if (!declared) return false;
      const { declaration, properties, image } = declared;
      const shares = await shareImage(declaration, image, (cloud) => (cloud === config.cloud ? Promise.resolve(declaration.provider) : provider(`${config.name}/provider/${cloud}`, cloud)));
      const check = shares && (await declareCheck(declaration, image, properties, shares));
      return check !== undefined && declareBoot(declaration, image, check);
    },
    async keep(release, options) {
      const declared = await declare(release, options);
      return declared && [declared.image];
    },
  };

  async function declare(release: SealedFormat, options: RegisterOptions): Promise<{ declaration: ImageDeclaration; properties: pulumi.Output<Record<string, string>>; image: Image } | undefined> {
    const declaration: ImageDeclaration = { site: config, world, provider: await provider(`${config.name}/provider`, config.cloud), release, options };
    const properties = await declareProperties(declaration);
    const image = properties && (await declareImage(declaration, properties));
    return image && { declaration, properties, image };
  }
}

/** Of the image, with its signature where the site wants one. @returns undefined where it could not be signed. */
async function declareProperties({ site, world, release, options }: ImageDeclaration): Promise<pulumi.Output<Record<string, string>> | undefined> {
  const signature = await declareSignature(site, release, options);
  if (site.signature && !signature) return undefined;
  const { image, version, key, format, gateSet, sha256, os } = release;
  const known = { image, version, key, format, gateSet, stack: ownerOf(world), superseded: options.superseded };
  return pulumi.all([sha256, os, signature?.signature]).apply(([digest, system, signed]) => imageProperties(site, { ...known, sha256: digest, os: system, signature: signed }));
}

async function declareSignature(site: OpenstackSite, release: SealedFormat, { parent, dependsOn }: RegisterOptions): Promise<ImageSignature | undefined> {
  if (!site.signature) return undefined;
  const { image, version, format, sha256 } = release;
  const name = `${registrationName(site.name, release)}/signature`;
  const signature = new ImageSignature(name, { site: site.name, image, version, format: format.name, sha256, ...site.signature }, { parent, dependsOn: [...dependsOn] });
  return (await succeeded(name, signature)) ? signature : undefined;
}

/** Last, what the region really holds. */
async function declareCheck({ site, world, release, options }: ImageDeclaration, { id: imageId }: Image, properties: pulumi.Output<Record<string, string>>, after: readonly pulumi.Resource[]): Promise<RegistrationCheck | undefined> {
  const { image, version, format, sha256 } = release;
  const { visibility, hidden, tags } = imageSettings(site, { ...release, superseded: options.superseded });
  const name = `${registrationName(site.name, release)}/check`;
  const check = new RegistrationCheck(name, {
    ...placeOf(site), kind: "openstack", imageId, image, version, format: format.name, sha256,
    expected: pulumi.output({ visibility, hidden, flipped: isFlipped(site, world, release), tags, protected: site.protected, properties, members: membersOf(site).map(({ project }) => project) }),
  }, { parent: options.parent, dependsOn: [...after] });
  return (await succeeded(name, check)) ? check : undefined;
}

/** On the site marked as master, a server is made of the image before other sites take it. */
async function declareBoot({ site, world, release, options: { parent } }: ImageDeclaration, { id: imageId }: Image, check: RegistrationCheck): Promise<boolean> {
  if (!site.master) return true;
  const { image, version } = release;
  const name = `${registrationName(site.name, release)}/boot`;
  const { keyPair, floatingNetwork, securityGroups, ...given } = site.master;
  const server = { ...given, securityGroups: [...securityGroups], ...(keyPair !== undefined && { keyPair }), ...(floatingNetwork !== undefined && { floatingNetwork }) };
  return succeeded(name, new TestInstance(name, { ...placeOf(site), imageId, image, version, stack: ownerOf(world), server }, { parent, dependsOn: [check] }));
}

function placeOf({ name: site, cloud, region }: OpenstackSite): { site: string; cloud: string; region?: string } {
  return { site, cloud, ...(region !== undefined && { region }) };
}
