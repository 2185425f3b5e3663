import { derivedId } from "#providers/disk-format/derived-id";

export interface DescriptorFacts {
  /** In sectors. */
  readonly capacity: number;
  /** Name of the file, as the OVF refers to it. */
  readonly name: string;
  readonly adapter: Adapter;
  readonly hardware: number;
  /** SHA-256 of the disk that it is made from: the content ids follow from it. */
  readonly source: string;
}

/** The controller that the disk was laid out for. A paravirtual one counts as lsilogic. */
export type Adapter = "lsilogic" | "ide";

const geometries = { ide: { heads: 16, sectors: 63, most: 16_383 }, small: { heads: 64, sectors: 32, most: 65_535 }, large: { heads: 255, sectors: 63, most: 65_535 } };
/** Sectors up to which VMware uses the smaller SCSI geometry: 1 GiB. */
const smallCapacity = 2 ** 21;

/** The text that is embedded in a stream-optimized VMDK. */
export function vmdkDescriptor({ capacity, name, adapter, hardware, source }: DescriptorFacts): string {
  const id = derivedId(source, "vmdk content").toString("hex");
  const { heads, sectors, most } = adapter === "ide" ? geometries.ide : capacity <= smallCapacity ? geometries.small : geometries.large;
  return `# Disk DescriptorFile
version=1
CID=${id.slice(-8)}
parentCID=ffffffff
createType="streamOptimized"

# Extent description
RW ${capacity} SPARSE "${name}"

# The Disk Data Base
#DDB

ddb.adapterType = "${adapter}"
ddb.geometry.cylinders = "${Math.min(most, Math.floor(capacity / (heads * sectors)))}"
ddb.geometry.heads = "${heads}"
ddb.geometry.sectors = "${sectors}"
ddb.longContentID = "${id}"
ddb.virtualHWVersion = "${hardware}"
`;
}
