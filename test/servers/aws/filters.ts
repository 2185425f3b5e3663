import { AwsRefusal } from "./reply.ts";
import { list, part, text, texts, type Params } from "./request.ts";

/** What a filter is compared with: `undefined` for one that the service does not know. */
export type Values = (filter: string) => readonly (string | undefined)[] | undefined;

/** `Filter.1.Name=tag:imagefleet:stack`: things that fit all filters, each by one of its values, in which `*` and `?` stand for others. */
export function filtered<T>(params: Params, things: readonly T[], values: (thing: T) => Values): T[] {
  const filters = list(params["Filter"]).map(part).map(({ Name, Value }) => ({ name: text(Name) ?? "", patterns: texts(Value).map(pattern) }));
  return things.filter((thing) => filters.every(({ name, patterns }) => {
    const found = values(thing)(name);
    if (!found) throw new AwsRefusal("InvalidParameterValue", `The filter '${name}' is invalid`);
    return found.some((value) => value !== undefined && patterns.some((one) => one.test(value)));
  }));
}

function pattern(value: string): RegExp {
  const source = value.replace(/[.+^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*").replaceAll("?", ".");
  return new RegExp(`^${source}$`, "s");
}

/** `tag:<key>` and `tag-key`. */
export function tagValues(tags: ReadonlyMap<string, string>, filter: string): readonly (string | undefined)[] | undefined {
  if (filter.startsWith("tag:")) return [tags.get(filter.slice("tag:".length))];
  return filter === "tag-key" ? [...tags.keys()] : undefined;
}

/** A page of a list, when the client asks for pages. */
export function paged<T>(params: Params, all: readonly T[]): { readonly page: readonly T[]; readonly nextToken?: string } {
  const from = Number(text(params["NextToken"]) ?? 0);
  const size = Number(text(params["MaxResults"]) ?? all.length);
  if (text(params["MaxResults"]) !== undefined && size < 5) throw new AwsRefusal("InvalidParameterValue", "MaxResults must be 5 at least");
  return { page: all.slice(from, from + size), ...(from + size < all.length && { nextToken: String(from + size) }) };
}
