import { serve } from "../shared/serve.ts";
import { ami } from "./ami.ts";
import { amiCopy } from "./ami-copy.ts";
import { AwsClient } from "./client.ts";
import { parameter } from "./parameter.ts";
import { amiLaunchPermission, snapshotCreateVolumePermission } from "./permissions.ts";
import { tag } from "./tags.ts";

// stands in for pulumi-resource-aws: written after terraform-provider-aws, which that one is made of
await serve({
  name: "aws",
  kinds: [ami, amiCopy, amiLaunchPermission, snapshotCreateVolumePermission, tag, parameter],
  replace: [],
  configure: (config) => AwsClient.configure(config),
});
