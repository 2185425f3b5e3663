import { unknown, valueAt, type Declared } from "../declared.ts";
import { fault, resourceRule } from "../rule.ts";

/** What says when nobody should start machines of it any more. */
interface Expiry {
  readonly setting: string;
  readonly of: (props: Declared["props"]) => unknown;
}

const deprecation: Expiry = { setting: "deprecateAfter", of: ({ deprecationTime }) => deprecationTime };

const expiries: Readonly<Record<string, Expiry>> = {
  "aws:ec2/ami:Ami": deprecation,
  "aws:ec2/amiCopy:AmiCopy": deprecation,
  "azure-native:compute:GalleryImageVersion": { setting: "endOfLifeAfter", of: (props) => valueAt(props, "publishingProfile.endOfLifeDate") },
  // The official resource has none: what is to come is the check's, on the last of the lines that it keeps.
  "pulumi-nodejs:dynamic/imagefleet:GcpImageCheck": { setting: "deprecateAfter", of: (props) => lastLine(valueAt(props, "expected.facts")) },
};

const gcpLines = 10;

function lastLine(facts: unknown): unknown {
  return typeof facts === "string" ? facts.split("\n")[gcpLines - 1] : facts;
}

export const expirySet = resourceRule({
  name: "expiry-set",
  description: "Public clouds know from when on nobody should use an image any more",
  level: "advisory",
  faults({ type, name, props }) {
    const expiry = expiries[type.replace(/^(azure-native:compute)\/[^:]+:/, "$1:")];
    const instant = expiry?.of(props);
    if (!expiry || instant === unknown || (typeof instant === "string" && instant !== "")) return [];
    return [fault(`${name.replace(/\/check$/, "")} never expires`, `set ${expiry.setting} of imagefleet:sites.${name.split("/", 1)[0]!}`)];
  },
});
