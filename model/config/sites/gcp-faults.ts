import type { gcpSettings } from "#model/config/sites/gcp-settings";
import { repeated } from "#model/config/sites/repeated";
import type { Claim, SiteFault, Written } from "#model/config/sites/site-kind";
import { labelPrefix } from "#model/gcp-image";

type Settings = Written<typeof gcpSettings>;

/** A public image is a decision of somebody, and some labels are not the user's. */
export function gcpFaults(settings: Settings): SiteFault[] {
  return [...memberFaults(settings), ...labelFaults(settings)];
}

/** Names of images, and of the objects that they are made of, are the same in every site. */
export function gcpClaims({ project, bucket }: Settings): Claim[] {
  return [
    ...(project === undefined ? [] : [{ keys: ["project"], what: `the project ${project}`, as: "that", expected: "a project of its own" }]),
    ...(bucket === undefined ? [] : [{ keys: ["bucket"], what: `the bucket ${bucket}`, as: "that", expected: "a bucket of its own" }]),
  ];
}

/** Principals that are everyone. */
export const everyone: readonly string[] = ["allUsers", "allAuthenticatedUsers"];

function memberFaults({ members = [], publicApproval, kmsKey }: Settings): SiteFault[] {
  const open = members.flatMap((member, index) => (member !== undefined && everyone.includes(member) ? [{ keys: ["members", index], member }] : []));
  return [
    ...(publicApproval === undefined ? open.map(({ keys, member }) => ({ keys, problem: `${member} is everyone: public images need an approval`, expected: "publicApproval of the site: who approved it, and where that is written down", hint: "set publicApproval, or remove the member" })) : []),
    ...(kmsKey !== undefined && open.length > 0 ? [{ keys: ["kmsKey"], problem: "images that are encrypted with a key of one's own cannot be public", hint: `remove the key, or ${open.map(({ member }) => member).join(" and ")} from members` }] : []),
    ...repeated(members).map(({ index, value }) => ({ keys: ["members", index], problem: `${value} is listed already`, hint: "remove one of the two" })),
  ];
}

const mostLabels = 50;

function labelFaults({ labels = {} }: Settings): SiteFault[] {
  const names = Object.keys(labels);
  const reserved = names.flatMap((name) => {
    if (name.startsWith("goog")) return [{ keys: ["labels", name], problem: "labels that begin with goog are Google's own", hint: "give the label another name" }];
    return name.startsWith(labelPrefix) ? [{ keys: ["labels", name], problem: `${name} is written by imagefleet itself`, hint: "give the label another name" }] : [];
  });
  return [...reserved, ...(names.length > mostLabels ? [{ keys: ["labels"], problem: `${names.length} labels are too many`, expected: `at most ${mostLabels}: with imagefleet's own and Google's, an image takes 64` }] : [])];
}
