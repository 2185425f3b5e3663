import { z } from "zod";
import { described } from "#model/config/expectation";
import { directorySetting, onlySitePlaceholders, siteDirectory } from "#model/config/sites/directory";
import type { SiteKind } from "#model/config/sites/site-kind";
import { isWebAddress } from "#model/config/sites/web-address";
import { someOf } from "#model/config/values";

/** Programs that Vagrant runs boxes with. */
export const vagrantProviders = ["libvirt", "virtualbox"] as const;

export type VagrantProvider = (typeof vagrantProviders)[number];

/** A directory with boxes and the metadata by which `vagrant box add` and `vagrant box update` find them. */
export interface VagrantSite {
  readonly kind: "vagrant";
  readonly name: string;
  /** Directory, relative to the project. */
  readonly path: string;
  /** What it has boxes for, each once, in the order of the configuration. Default [libvirt]. */
  readonly providers: readonly VagrantProvider[];
  /** Base URL under which the directory is served, without a slash at its end; absent: metadata has file: URLs. */
  readonly url?: string;
}

const defaultProviders: VagrantProvider[] = ["libvirt"];

const provider = described(z.enum(vagrantProviders), vagrantProviders.join(" or "));

const url = described(
  z.string().refine((value) => onlySitePlaceholders(value) && isWebAddress(value.replaceAll("{site}", "site"))).meta({ pattern: "^https?://" }),
  "an http or https URL without credentials, query and fragment: https://boxes.example.com/{site}",
).meta({ description: "Base URL under which the directory is served, for the metadata that Vagrant reads; `{site}` stands for the site's name. Default: file: URLs, for use on this machine." });

const settings = {
  path: directorySetting("the boxes"),
  providers: someOf(provider, vagrantProviders.join(" or ")).meta({ description: "What there are boxes for: formats `vagrant-<provider>`.", default: defaultProviders }),
  url,
};

/** A catalog of Vagrant boxes. */
export const vagrant: SiteKind<VagrantSite, typeof settings, "path"> = {
  title: "A directory of Vagrant boxes and of the metadata by which Vagrant finds and updates them. It takes an image's child for the target `vagrant` where there is one.",
  settings,
  required: ["path"],
  finish: (name, { path, providers = defaultProviders, url: base }) => ({
    kind: "vagrant", name, path: siteDirectory(path, name), providers: [...new Set(providers)],
    ...(base !== undefined && { url: base.replaceAll("{site}", name).replace(/\/+$/, "") }),
  }),
  formats: (site) => site.providers.map((name) => `vagrant-${name}`),
  directory: (site) => site.path,
};
