import { serve } from "../plugins/shared/serve.ts";
import type { Kind } from "../plugins/shared/kind.ts";

/** Whatever the program declares is said to be made, and is nowhere; inputs are held against the SDK's types all the same. */
function inert(token: string): Kind<object> {
  return {
    token, replace: [],
    create: async (inputs) => ({ id: "made", state: inputs }),
    read: async (id, state) => ({ id, state }),
    update: async (_id, inputs) => inputs,
    delete: async () => {},
  };
}

/** Tokens by SDK, of what the rules look at. */
const tokens: Readonly<Record<string, readonly string[]>> = {
  aws: ["aws:ec2/ami:Ami", "aws:ec2/amiCopy:AmiCopy", "aws:ec2/amiLaunchPermission:AmiLaunchPermission"],
  "azure-native": ["azure-native:compute:Gallery", "azure-native:compute:GalleryImageVersion"],
  gcp: ["gcp:compute/image:Image", "gcp:compute/imageIamMember:ImageIamMember"],
  openstack: ["openstack:images/image:Image", "openstack:images/imageAccess:ImageAccess"],
};

const [name = ""] = process.argv.slice(2);
await serve({ name, kinds: (tokens[name] ?? []).map(inert), replace: [], configure: () => ({}) });
