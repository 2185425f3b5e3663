import { local } from "#model/config/sites/local";

/** Every kind of site. A new kind is one file beside `local.ts` and one line here. */
export const siteKinds = {
  local,
};

/** A site of any kind. */
export type SiteConfig = ReturnType<(typeof siteKinds)[keyof typeof siteKinds]["finish"]>;
