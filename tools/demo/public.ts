import { installStandInPlugins } from "../../test/plugins/install.ts";
import { startAws } from "../../test/servers/aws/start-aws.ts";
import { startAzure } from "../../test/servers/azure/start-azure.ts";
import { startGcp } from "../../test/servers/gcp/start-gcp.ts";
import { Project } from "../../test/integration/project.ts";
import { publicFleet, type Clouds } from "./public-fleet.ts";
import { idTable, tagAudit } from "./public-tables.ts";
import { driftRound, mustRun, npmRun, say } from "./steps.ts";
import { untilInterrupted } from "./until-interrupted.ts";

interface Stage extends Clouds {
  readonly project: Project;
}

export interface PublicDemoOptions {
  /** Leave all of it running until Ctrl-C. */
  readonly keep: boolean;
  /** Without the Debian image, whose build takes minutes. */
  readonly tiny: boolean;
}

/** Converges images on stand-ins of three clouds, shows what is where and that no tag is missing, repairs drift, and cleans up. */
export async function publicDemo({ keep, tiny }: PublicDemoOptions): Promise<number> {
  const undo: (() => Promise<unknown>)[] = [];
  try {
    const stage = await setUp(undo, tiny);
    const code = await play(stage);
    if (keep) await leaveRunning(stage);
    say("taking everything off the clouds");
    await npmRun(stage.project, "down");
    return code;
  } finally {
    for (const step of undo.reverse()) await step();
    say("servers stopped, files removed");
  }
}

async function setUp(undo: (() => Promise<unknown>)[], tiny: boolean): Promise<Stage> {
  say("starting what stands for AWS, Azure and Google Cloud on 127.0.0.1");
  const aws = await startAws();
  undo.push(() => aws.stop());
  const azure = await startAzure();
  undo.push(() => azure.stop());
  const gcp = await startGcp();
  undo.push(() => gcp.stop());
  const project = await Project.create({}, ["bios", "uefi"]);
  undo.push(() => project.remove());
  await installStandInPlugins(project.env["PULUMI_HOME"]!);
  Object.assign(project.env, aws.env, azure.env, gcp.env);
  await project.configure(publicFleet({ aws, azure, gcp }, tiny));
  return { aws, azure, gcp, project };
}

async function play(stage: Stage): Promise<number> {
  const { project } = stage;
  say("npm run up: builds, checks, converts, seals, sends each image into each cloud once, and registers it everywhere");
  await mustRun(project, "up");
  say("what the clouds have now");
  console.log(idTable(stage));
  say("tags, over all regions and accounts");
  const { table, complete } = tagAudit(stage);
  console.log(table);
  console.log(complete ? "every AMI and snapshot has all of them" : "some lack: NO in the last column");
  say("meanwhile, behind our back: an AMI is made public and loses a tag, a gallery version changes its end of life, a label of an image becomes another");
  drift(stage);
  return (await driftRound(project)) && complete ? 0 : 1;
}

function drift({ aws, azure, gcp }: Stage): void {
  const [image] = aws.admin.images({ region: "us-east-1" });
  aws.admin.makePublic(image!.id);
  aws.admin.removeTag(image!.id, "team");
  const [version] = azure.outOfBand.all("Microsoft.Compute/galleries/images/versions");
  azure.outOfBand.changeEndOfLife(version!.id, "2031-01-01T00:00:00Z");
  gcp.outOfBand.changeLabel("tiny-2026-1101-1", "team", "somebody-else");
}

async function leaveRunning({ project, aws, azure, gcp }: Stage): Promise<void> {
  const env = Object.entries({ ...aws.env, ...azure.env, ...gcp.env }).map(([name, value]) => `  export ${name}='${value}'`).join("\n");
  say(`all of it keeps running until Ctrl-C. In another shell:\n  cd ${project.dir}\n${env}\n  aws ec2 describe-images --owners self --region ${aws.region}`);
  await untilInterrupted();
}
