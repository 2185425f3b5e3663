import { readGcpDescription } from "../model/gcp-image.ts";
import { ours } from "../model/openstack-image.ts";
import { tagNames } from "../model/tags.ts";
import { readItemDescription } from "../model/vsphere.ts";
import { releaseIn, unknown, type Declared } from "./declared.ts";

/** What a registration says that it is, wherever it says so; `unknown` before it is built. */
export interface Marks {
  readonly image?: unknown;
  readonly version?: unknown;
  readonly key?: unknown;
  readonly sha256?: unknown;
  readonly stack?: unknown;
}

/** By type: where the marks are, in the words of the cloud, and how they are read. */
interface Place {
  readonly where: string;
  readonly names: Readonly<Record<keyof Marks, string>>;
  readonly of: (resource: Declared) => Marks | typeof unknown;
}

const { channel: _, ...tags } = tagNames;
const { channel: _channel, sbom: _sbom, seal: _seal, ...properties } = ours;
const tagged: Place = { where: "tags", names: tags, of: ({ props }) => named(props["tags"], tags) };
const described = { where: "description", names: { image: "its name", version: "its name", key: "key:", sha256: "sha256:", stack: "<project>/<stack>" } } as const;

const places: Readonly<Record<string, Place>> = {
  "aws:ec2/ami:Ami": tagged,
  "aws:ec2/amiCopy:AmiCopy": tagged,
  "pulumi-nodejs:dynamic/imagefleet:EbsSnapshot": tagged,
  "azure-native:compute:GalleryImageVersion": tagged,
  "azure-native:compute:Image": tagged,
  "openstack:images/image:Image": { where: "properties", names: properties, of: ({ props }) => named(props["properties"], properties) },
  "gcp:compute/image:Image": { ...described, of: (resource) => read(resource, readGcpDescription) },
  "vsphere:index/contentLibraryItem:ContentLibraryItem": {
    ...described,
    of: (resource) => read(resource, (text) => {
      const facts = readItemDescription(text);
      return facts && { key: facts.key, sha256: facts.sha256, stack: facts.owner };
    }),
  },
};

/** The place of a resource's marks; undefined of one that registers nothing. */
export function placeOf(type: string): Place | undefined {
  return places[type.replace(/^(azure-native:compute)\/[^:]+:/, "$1:")];
}

function named(values: unknown, names: Place["names"]): Marks | typeof unknown {
  if (values === unknown) return unknown;
  const given = (typeof values === "object" && values !== null ? values : {}) as Record<string, unknown>;
  return Object.fromEntries(Object.entries(names).map(([mark, name]) => [mark, given[name]]));
}

/** A description has no names: the release is in the resource's. */
function read({ name, props: { description } }: Declared, reader: (text: string) => Marks | undefined): Marks | typeof unknown {
  if (description === unknown) return unknown;
  const { image, version } = releaseIn(name) ?? {};
  return { image, version, ...(typeof description === "string" && reader(description)) };
}
