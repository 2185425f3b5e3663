import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { FleetError } from "#model/errors";
import { fingerprintOf } from "#providers/seal/check-signature";
import type { TrustedKeys } from "#providers/seal/trusted-keys";
import { ifPresent } from "#store/errors";
import { openStore } from "#store/open";
import { command } from "./engine/command.ts";
import { findReleases } from "./store/find-releases.ts";
import { locateStore } from "./store/locate-store.ts";
import type { Outcome } from "./verify/checked.ts";
import { findKeys } from "./verify/find-keys.ts";
import { outcomeText } from "./verify/print-outcome.ts";
import { Reporter } from "./verify/reporter.ts";
import { verifyDirectory } from "./verify/verify-directory.ts";
import { verifyStore } from "./verify/verify-store.ts";
import { verifyUrl } from "./verify/verify-url.ts";

const help = `npm run verify -- [<what>] [options]      check seals: signatures, sums, provenance, records and every byte

  <what>                a release or an image of the store (debian-12@2026.1101.1, debian-12),
                        a directory (a catalog, one of its formats, a store) or the URL of a catalog;
                        default: everything in the store

  --key FILE            public key whose seals count; may be given several times
                        (default: those of the stack, imagefleet:seal)
  --store DIR           the store (default: IMAGEFLEET_STORE, else imagefleet:store of the stack)
  --stack NAME          the stack Pulumi.<NAME>.yaml with these settings (default: dev)
  --quick               do not read again what was verified on this machine and has not been touched since
  --quarantine          move what is damaged in the store aside: the next \`npm run up\` makes it again
  --json                for programs
  -h, --help            this text

Needs no network but for a URL. Ends with 0 if all is well, 1 if something is wrong, 2 if it could not check.
docs/verify.md tells how to verify without imagefleet.`;

const options = {
  key: { type: "string", multiple: true }, store: { type: "string" }, stack: { type: "string", default: "dev" },
  quick: { type: "boolean" }, quarantine: { type: "boolean" }, json: { type: "boolean" }, help: { type: "boolean", short: "h" },
} as const;

let finished = false;

async function main(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  const [what, ...more] = positionals;
  if (values.help || more.length > 0) {
    (values.help ? console.log : console.error)(help);
    finished = values.help === true;
    return finished ? 0 : 2;
  }
  const trusted = await findKeys(values.key ?? [], values.stack);
  const outcome = await check(what, trusted, values);
  const faults = outcome.checked.flatMap((one) => one.faults).length;
  console.log(values.json ? JSON.stringify({ place: outcome.place, keys: trusted.map(fingerprintOf), faults, checked: outcome.checked }, null, 2) : outcomeText(outcome));
  finished = true;
  return faults > 0 ? 1 : 0;
}

async function check(what: string | undefined, trusted: TrustedKeys, { store: given, stack, quick, quarantine }: { store?: string; stack: string; quick?: boolean; quarantine?: boolean }): Promise<Outcome> {
  const reporter = new Reporter();
  const read = { deep: quick !== true, quarantine };
  if (what && /^https?:\/\//i.test(what)) return verifyUrl(urlOf(what), trusted, reporter);
  const path = what === undefined ? undefined : resolve(process.env["INIT_CWD"] ?? process.cwd(), what);
  const isPath = what !== undefined && (/^\.{1,2}$|\//.test(what) || (await ifPresent(stat(path!)))?.isDirectory() === true);
  if (isPath && (await ifPresent(stat(path!)))?.isDirectory()) return verifyDirectory(path!, trusted, reporter, read);
  if (isPath) throw new FleetError({ action: "verify", place: path, cause: "there is no such directory", hint: "name a directory, a URL, or a release such as debian-12@2026.1101.1" });
  const store = openStore(await locateStore({ store: given, stack }));
  const releases = await findReleases(store, what, "verify");
  if (releases.length === 0) throw new FleetError({ action: "verify", place: store.location, cause: "the store is empty", hint: "`npm run up` builds what is configured; --store names another store" });
  return verifyStore(store, releases, trusted, reporter, read);
}

function urlOf(text: string): URL {
  try {
    return new URL(text);
  } catch (error) {
    throw new FleetError({ action: "verify", place: text, cause: "it is no URL", hint: "npm run serve shows a catalog's URL" }, { cause: error });
  }
}

await command(() => main(process.argv.slice(2)));
// 1 says that something is wrong with a release; whoever could not look cannot say so.
if (!finished) process.exitCode = 2;
