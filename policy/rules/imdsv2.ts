import { unknown } from "../declared.ts";
import { fault, resourceRule } from "../rule.ts";

export const imdsv2 = resourceRule({
  name: "imdsv2",
  description: "Instances of an AMI answer IMDSv2 alone",
  level: "mandatory",
  faults({ type, name, props: { imdsSupport, ebsBlockDevices } }) {
    // Without disks it is none that is registered here, but one that was found: its copy's original has what this has.
    if (type !== "aws:ec2/ami:Ami" || ebsBlockDevices === undefined || imdsSupport === "v2.0" || imdsSupport === unknown) return [];
    return [fault(`instances of ${name} would answer IMDSv1, which hands out credentials to whoever can make them fetch a URL`, 'register it with imdsSupport "v2.0"; one that exists already: aws ec2 modify-image-attribute --image-id … --imds-support v2.0')];
  },
});
