import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FleetError } from "#model/errors";
import { releaseName } from "#model/release";
import { stopBuildsWithEngine } from "#providers/shared/engine-watch";
import { consoleLines, deleteKeyPair } from "#providers/shared/openstack/nova";
import { openCloud, placeOf, type Cloud } from "#providers/shared/openstack/open-cloud";
import { Progress } from "#providers/shared/progress";
import type { InstanceInputs, InstanceOutputs } from "#providers/test-instance/inputs";
import { removeInstance, removeLeftovers } from "#providers/test-instance/leftovers";
import { loginTo, makeKey } from "#providers/test-instance/login";
import { look } from "#providers/test-instance/look";
import { instanceName } from "#providers/test-instance/names";
import { activeServer, addressOf, orderServer } from "#providers/test-instance/order-server";

const minute = 60_000;
/** Milliseconds from the login until cloud-init and systemd have come to their end. */
const settling = 10 * minute;
/** Lines of the console in a message. */
const shownLines = 15;

/** What was seen, without what was asked for. */
type Seen = Omit<InstanceOutputs, keyof InstanceInputs>;

/**
 * Makes a server of an image, looks at it, and deletes it whatever comes out, unless it is to be kept.
 * @param allowFailedUnits systemd units that may fail.
 * @throws FleetError where it does not boot as it should.
 */
export async function tryImage(inputs: InstanceInputs, allowFailedUnits: readonly string[]): Promise<Seen> {
  const { site, image, version, server } = inputs;
  const cloud = await openCloud(inputs.cloud, inputs.region);
  const progress = new Progress(`${site}/${image}`);
  const dir = await mkdtemp(join(tmpdir(), "imagefleet-instance-"));
  let seen: Seen | undefined;
  try {
    progress.begin(`making a server of ${version}`);
    for (const removed of await removeLeftovers(cloud, inputs)) console.log(`[${site}/${image}] deleted what an earlier run left: ${removed}`);
    seen = await watch(cloud, inputs, dir, allowFailedUnits, progress);
    return seen;
  } finally {
    await rm(dir, { recursive: true, force: true });
    await cleanUp(cloud, inputs, seen !== undefined);
    progress.done(seen ? `${version} boots: login after ${seen.loginSeconds} s${server.keep ? `, server ${instanceName(inputs)} kept` : ""}` : `${version} was not let pass`);
  }
}

async function watch(cloud: Cloud, inputs: InstanceInputs, dir: string, allowFailedUnits: readonly string[], progress: Progress): Promise<Seen> {
  const { server } = inputs;
  const action = actionOf(inputs);
  const since = Date.now();
  const seconds = (): number => Math.round((Date.now() - since) / 1000);
  const wait = { deadline: since + server.timeout * minute, signal: stopBuildsWithEngine() };
  const id = await orderServer(cloud, inputs, await makeKey(dir, action));
  const active = await activeServer(cloud, id, action, wait);
  const activeSeconds = seconds();
  progress.begin("waiting for the login");
  const address = await addressOf(cloud, active, inputs, action);
  const shell = await loginTo(address, server.user, dir, wait);
  if (typeof shell === "string") throw await failed(cloud, id, inputs, `nobody could log in as ${server.user} within ${server.timeout} min: ${shell}`, "master.securityGroups must let SSH in, and the network lead there; ");
  const loginSeconds = seconds();
  progress.begin("looking at the server");
  const { problems, ...found } = await look(shell, allowFailedUnits, settling, wait.signal);
  if (problems.length > 0) throw await failed(cloud, id, inputs, problems.join("; "));
  return { testedAt: new Date().toISOString(), activeSeconds, loginSeconds, ...found, ...(server.keep && { kept: id }) };
}

/** A server that is kept keeps its address too; its key pair has done its work. */
async function cleanUp(cloud: Cloud, inputs: InstanceInputs, succeeded: boolean): Promise<void> {
  const name = instanceName(inputs);
  try {
    if (inputs.server.keep) await deleteKeyPair(cloud, name);
    else await removeInstance(cloud, inputs, name, inputs.server.floatingNetwork !== undefined);
  } catch (error) {
    if (succeeded) throw error;
    console.log(`[${inputs.site}/${inputs.image}] ${(error as Error).message}; the next run tries again`); // why the image failed is the news
  }
}

async function failed(cloud: Cloud, id: string, inputs: InstanceInputs, cause: string, first = ""): Promise<FleetError> {
  const console = (await consoleLines(cloud, id, shownLines)).map((line) => `\n    ${line}`).join("");
  const hint = inputs.server.keep ? `look at the server ${instanceName(inputs)}, which was kept` : "set master.keep of the site to look at the server; npm run up tries again";
  return new FleetError({ action: actionOf(inputs), place: placeOf(cloud.cloud, cloud.region), cause: `${cause}${console && `\n  last lines of its console:${console}`}`, hint: first + hint });
}

function actionOf(inputs: InstanceInputs): string {
  return `boot ${releaseName(inputs)} on ${inputs.site}`;
}
