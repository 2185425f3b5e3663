import { withoutChannels } from "#model/openstack-image";
import type { GlanceImage } from "#providers/shared/openstack/glance-image";
import type { ImagePatch } from "#providers/shared/openstack/glance";
import { accessOf, declaredCount, judge, sumOf, type CompactExpectation } from "#providers/registration-check/openstack/expectation";

/** A difference, and the change that ends it. */
export interface Difference {
  /** `property hw_disk_bus added`. */
  readonly what: string;
  /** Absent where only the resource that declares it knows what should be there. */
  readonly patch?: ImagePatch;
  /** A project that the image is to be shared with no longer. */
  readonly member?: string;
}

export interface Named {
  readonly name: string;
  readonly expected: CompactExpectation;
}

/** The settings of an image that are not as expected. @param members Ids of projects; undefined where nobody asked. */
export function differences({ name, expected }: Named, image: GlanceImage, members: readonly string[] | undefined): Difference[] {
  return [...attributes(name, expected, image), ...properties(expected, image), ...(members ? shares(expected, members) : [])];
}

function attributes(name: string, expected: CompactExpectation, image: GlanceImage): Difference[] {
  const found: Difference[] = [];
  const compare = (attribute: string, path: string, is: unknown, should: unknown, what = `${attribute} is ${String(is)}, not ${String(should)}`): void => {
    if (is !== should) found.push({ what, patch: { op: "replace", path, value: should } });
  };
  const access = accessOf(expected);
  compare("name", "/name", image.name, name);
  compare("visibility", "/visibility", image.visibility, access.visibility);
  if (!access.flipped) compare("hidden", "/os_hidden", image.hidden, access.hidden, image.hidden ? "hidden" : "not hidden");
  compare("protected", "/protected", image.protected, access.protected, image.protected ? "protected" : "not protected");
  const [is, should] = [image.tags, expected.tags ?? []].map((tags) => [...tags].sort());
  if (is!.join() !== should!.join()) found.push({ what: `tags are [${is!.join(", ")}], not [${should!.join(", ")}]`, patch: { op: "replace", path: "/tags", value: should } });
  return found;
}

function properties(expected: CompactExpectation, { properties: all }: GlanceImage): Difference[] {
  const present = withoutChannels(all);
  if (sumOf(present) === expected.sum) return [];
  const { kept } = expected;
  const found: Difference[] = [];
  let declared = 0;
  for (const [name, value] of Object.entries(present)) {
    const judgement = judge(expected, name, value);
    if (judgement !== "added") declared += 1;
    if (judgement === "added") found.push({ what: `property ${name} added`, patch: { op: "remove", path: pointer(name) } });
    if (judgement === "changed") found.push({ what: `property ${name} changed`, ...setting("replace", name, kept) });
  }
  const gone = Object.keys(kept).filter((name) => !(name in present));
  found.push(...gone.map((name) => ({ what: `property ${name} missing`, ...setting("add", name, kept) })));
  const others = declaredCount(expected) - declared - gone.length;
  if (others > 0) found.push({ what: `${others === 1 ? "a declared property" : `${others} declared properties`} missing` });
  return found.length > 0 ? found : [{ what: "a property changed" }];
}

function setting(op: "add" | "replace", name: string, kept: CompactExpectation["kept"]): Pick<Difference, "patch"> {
  const value = kept[name];
  return value === undefined ? {} : { patch: { op, path: pointer(name), value } };
}

function shares({ members: expected = [] }: CompactExpectation, members: readonly string[]): Difference[] {
  const added = members.filter((project) => !expected.includes(project));
  const missing = expected.filter((project) => !members.includes(project));
  return [
    ...added.map((member) => ({ what: `shared with the project ${member}, which is no member in the configuration`, member })),
    ...missing.map((project) => ({ what: `not shared with the project ${project}` })),
  ];
}

/** RFC 6901. */
function pointer(name: string): string {
  return `/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
}
