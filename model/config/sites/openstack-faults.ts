import type { openstackSettings } from "#model/config/sites/openstack-settings";
import type { Claim, SiteFault, Written } from "#model/config/sites/site-kind";

type Settings = Written<typeof openstackSettings>;

/** A public image is a decision of somebody, members are of shared images, and properties leave alone what is not theirs. */
export function openstackFaults(settings: Settings): SiteFault[] {
  return [...approvalFaults(settings), ...memberFaults(settings), ...Object.keys(settings.properties ?? {}).flatMap(propertyFaults)];
}

/** Names of images are the same wherever they are: one region must not be two sites. */
export function openstackClaims({ cloud, region }: Settings): Claim[] {
  if (cloud === undefined) return [];
  const what = region === undefined ? `the default region of the cloud ${cloud}` : `the region ${region} of the cloud ${cloud}`;
  return [{ keys: [region === undefined ? "cloud" : "region"], what, as: "that", expected: "a region of its own" }];
}

function approvalFaults({ visibility, publicApproval }: Settings): SiteFault[] {
  if (visibility !== "public" || publicApproval !== undefined) return [];
  return [{ keys: ["visibility"], problem: "public images need an approval", expected: "publicApproval beside it: who approved it, and where that is written down", hint: "set publicApproval, or another visibility" }];
}

function memberFaults({ visibility = "private", members = [] }: Settings): SiteFault[] {
  if (members.length > 0 && visibility !== "shared") return [{ keys: ["members"], problem: `images with the visibility ${visibility} have no members`, hint: "set visibility to shared, or remove the members" }];
  const projects = members.map((member) => member?.project);
  return projects.flatMap((project, index) => (project === undefined || projects.indexOf(project) === index ? [] : [{
    keys: ["members", index, "project"], problem: `the project ${project} is listed already`, hint: "remove one of the two" }]));
}

/** Properties that are written by other settings. */
const elsewhere: Readonly<Record<string, string>> = {
  visibility: "visibility", protected: "protected", tags: "tags", min_disk: "minDisk", min_ram: "minMemory", disk_format: "format",
  img_signature: "signature", img_signature_hash_method: "signature", img_signature_key_type: "signature", img_signature_certificate_uuid: "signature",
};

const glances = /^(id|name|owner|status|size|virtual_size|checksum|created_at|updated_at|deleted|deleted_at|self|file|schema|locations?|direct_url|stores|members|is_public|container_format|os_hidden|os_hash_algo|os_hash_value|os_glance_.*)$/;

function propertyFaults(name: string): SiteFault[] {
  const keys = ["properties", name];
  const setting = Object.hasOwn(elsewhere, name) ? elsewhere[name] : undefined;
  if (setting !== undefined) return [{ keys, problem: `${name} is a setting of its own`, hint: `set ${setting} of the site` }];
  if (name.startsWith("imagefleet_")) return [{ keys, problem: "properties that begin with imagefleet_ are written by imagefleet itself", hint: "give the property another name" }];
  return glances.test(name) ? [{ keys, problem: `${name} belongs to Glance`, hint: "remove it" }] : [];
}
