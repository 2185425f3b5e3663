import { parseArgs } from "node:util";
import { commaList } from "./comma-list.ts";
import { stackOptions } from "./session.ts";

/** What `npm run up` and `npm run preview` are asked. */
export interface UpdateOptions {
  readonly stack: string;
  readonly configFile?: string;
  readonly only: readonly string[];
  readonly except: readonly string[];
  readonly force: readonly string[];
  readonly debug: readonly string[];
  readonly refresh: boolean;
  readonly deep: boolean;
  readonly expectNoChanges: boolean;
  /** Of a preview, what standard output is for: people, a comment on a pull request, or programs. */
  readonly format: "text" | "markdown" | "json";
}

const help = `npm run up -- [options]        build what is missing and publish it to every site
npm run preview -- [options]   the same, only showing what would be done, and why

  --stack NAME          the stack Pulumi.<NAME>.yaml (default: dev, with its own local backend)
  --config-file FILE    its configuration, where it is not Pulumi.<NAME>.yaml
  --only NAMES          only these images, sites and vCenters (SITE/VCENTER), with the layers below an image
                        (comma-separated)
  --except NAMES        all but these, and what depends on them
  --force IMAGES        build these although the store has their key: the next serial
  --debug IMAGES        show the guest's console, and keep a guest whose build fails
  --deep                read every byte of releases and published files, whatever was verified before
  --no-refresh          trust the state: do not look for drift first
  --expect-no-changes   with preview: end with an error when there is anything to do, such as drift
  --markdown, --json    with preview: print a review of the change, as a comment on a pull request or for programs;
                        with npm run --silent nothing else is on standard output
  --dry-run             show what would be done (npm run preview)
  -h, --help            this text

One image's failure leaves the others to converge and deletes nothing; a site or vCenter that cannot be reached, or is
not to be trusted, is left out and named. The exit code of up is then not 0. A preview needs no credentials of sites: it
ends with 0 unless the configuration, a template or a policy is broken, or a build key is not as in fleet.lock.json.

First, up puts right what a killed run left, and waits while another run changes the stack; a preview only says so.`;

/** Reads the command line. @returns undefined where its user wanted help, and got it. */
export function updateOptions(): UpdateOptions | undefined {
  const list = { type: "string", multiple: true } as const;
  const flag = { type: "boolean" } as const;
  const options = { ...stackOptions, only: list, except: list, force: list, debug: list, refresh: { ...flag, default: true }, deep: flag, "dry-run": flag, "expect-no-changes": flag, markdown: flag, json: flag } as const;
  const { values } = parseArgs({ options, allowNegative: true });
  if (values.help) return void console.log(help);
  return {
    stack: values.stack, configFile: values["config-file"], only: commaList(values.only), except: commaList(values.except), force: commaList(values.force), debug: commaList(values.debug),
    refresh: values.refresh, deep: values.deep ?? false, expectNoChanges: values["expect-no-changes"] ?? false, format: values.json ? "json" : values.markdown ? "markdown" : "text",
  };
}
