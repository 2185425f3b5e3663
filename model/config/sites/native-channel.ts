import { name } from "#model/config/values";

/** The channel of a site whose interface knows one pointer only; `pointer` says in its words what that is. */
export function nativeChannel(pointer: string) {
  return name.meta({ description: `Channel that ${pointer}; others are kept beside it. Default: the last of the site's channels, in the order of promotion.` });
}
