import { z } from "zod";
import { approvals, channels, promotion, revoked, revokedChildren } from "#model/config/channel-schema";
import { described } from "#model/config/expectation";
import { gates } from "#model/config/gates-schema";
import { hooks } from "#model/config/hooks-schema";
import { image, imageDefaults } from "#model/config/image-schema";
import { requests } from "#model/config/request-schema";
import { seal } from "#model/config/seal-schema";
import { site, siteDefaults } from "#model/config/site-schema";
import { list, name, text, variables } from "#model/config/values";
import { waivers } from "#model/config/waiver-schema";

export const defaultStore = ".imagefleet/store";
export const defaultTemplates = "packer";

const build = described(z.enum(["allow", "never"]), "allow or never");

/** The stack's configuration as users write it, without the prefix `imagefleet:`. */
export const stackSchema = described(z.strictObject({
  store: text.optional().meta({ description: "Where releases live: a directory, relative to the project.", default: defaultStore }),
  build: build.optional().meta({ description: "`allow` builds what the store lacks; `never` takes only what it has.", default: "allow" }),
  templates: text.optional().meta({ description: "Directory of the Packer templates, relative to the project.", default: defaultTemplates }),
  variables: variables.optional().meta({ description: "Variables of the whole fleet: an image takes those that its OS and scripts declare." }),
  defaults: described(z.strictObject({
    images: imageDefaults.optional(),
    sites: siteDefaults.optional(),
  }), "a map of images and sites").optional().meta({ description: "What images and sites have that do not say otherwise." }),
  images: described(z.record(name, image), "a map of images by name").optional().meta({ description: "The images, by name." }),
  sites: described(z.record(name, site), "a map of sites by name").optional().meta({ description: "The places that serve images, by name." }),
  groups: described(z.record(name, list(name, "names of sites or groups")), "a map of groups by name").optional()
    .meta({ description: "Groups of sites, by name; a group may contain groups. `all` is built in." }),
  gates: gates.optional(),
  waivers: waivers.optional(),
  seal: seal.optional(),
  channels: channels.optional(),
  promotion: promotion.optional(),
  approvals: approvals.optional(),
  requests: requests.optional(),
  revoked: revoked.optional(),
  revokedChildren: revokedChildren.optional(),
  hooks: hooks.optional(),
}), "a map of settings");

/** Every setting of a stack, without its prefix. */
export const configKeys: readonly string[] = Object.keys(stackSchema.shape);
