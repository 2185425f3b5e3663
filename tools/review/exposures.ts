import { onPlace } from "./resource-name.ts";
import type { Exposure } from "./review.ts";
import type { Step } from "./preview-log.ts";

type Values = Step["before"];

const everyone = "everybody";
const everyoneOnGoogle: readonly unknown[] = ["allUsers", "allAuthenticatedUsers"];

/** Who may use an image, by the type of the resource that says so; undefined: nobody but its owner. */
const whoMay: Readonly<Record<string, (inputs: Record<string, unknown>) => string | undefined>> = {
  "openstack:images/image:Image": ({ visibility }) => (visibility === "public" || visibility === "community" ? everyone : undefined),
  "openstack:images/imageAccess:ImageAccess": ({ memberId }) => `project ${said(memberId)}`,
  "aws:ec2/amiLaunchPermission:AmiLaunchPermission": ({ group, accountId, organizationArn, organizationalUnitArn }) => (group === "all" ? everyone : accountId ? `account ${said(accountId)}` : said(organizationArn ?? organizationalUnitArn)),
  "gcp:compute/imageIamMember:ImageIamMember": ({ member }) => (everyoneOnGoogle.includes(member) ? everyone : said(member)),
};

interface Open {
  readonly step: Step;
  readonly before?: string;
  readonly after?: string;
}

/** Everybody who gains or loses the use of an image; of a release that is removed nobody is said to lose it. What is public comes first. */
export function exposures(steps: readonly Step[]): Exposure[] {
  const open = steps.flatMap((step): Open[] => {
    const who = Object.hasOwn(whoMay, step.type) ? whoMay[step.type] : undefined;
    const ask = (inputs: Values) => inputs && who?.(inputs);
    return who ? [{ step, before: step.op === "create" ? undefined : ask(step.before), after: ask(step.after) }] : [];
  });
  const gone = new Set(steps.filter(({ op }) => op === "delete").map(({ name }) => name));
  const found = open.filter(({ before, after }) => before !== after).flatMap(({ step, before, after }): Exposure[] => {
    const { place, image, version, part } = onPlace(step.name)!;
    const removed = gone.has(`${place}/${image}@${version}/${part.split("/")[0]}`);
    const known = (who: string) => open.some((other) => other.before === who && isOf(other.step, place, image));
    const one = (who: string | undefined, change: Exposure["change"]): Exposure[] =>
      who === undefined ? [] : [{ image, version, place, who, change, public: who === everyone, asBefore: change === "may use it" && known(who) }];
    return [...one(after, "may use it"), ...(removed ? [] : one(before, "may no longer"))];
  });
  const rank = ({ public: all, asBefore, change }: Exposure) => (all ? 0 : 4) + (asBefore ? 2 : 0) + (change === "may use it" ? 0 : 1);
  return found.sort((a, b) => rank(a) - rank(b) || (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

function isOf({ name }: Step, place: string, image: string): boolean {
  const at = onPlace(name);
  return at?.place === place && at.image === image;
}

function said(value: unknown): string {
  return typeof value === "string" ? value : "somebody who is not known yet";
}
