import { installStandInPlugins } from "../../../test/plugins/install.ts";
import { startAws, type Aws } from "../../../test/servers/aws/start-aws.ts";
import { startAzure, type Azure } from "../../../test/servers/azure/start-azure.ts";
import { startGcp, type Gcp } from "../../../test/servers/gcp/start-gcp.ts";
import { startOpenstack, type Openstack } from "../../../test/servers/openstack/start-openstack.ts";
import { startVcsim, type Vcsim } from "../../../test/servers/vcsim.ts";
import { Project } from "../../../test/integration/project.ts";
import { ensureTestPlugins, installPlugins } from "../../setup/test-plugins.ts";

/** All that the story plays on: a project like a user's clone, and a server for every kind of site that needs one. */
export interface Servers {
  readonly project: Project;
  readonly openstack: Openstack;
  readonly vcsim: Vcsim;
  readonly aws: Aws;
  readonly azure: Azure;
  readonly gcp: Gcp;
  stop(): Promise<void>;
}

/** Keystone with a Glance, a publisher and a branch of vCenters, and what stands for the three clouds, on 127.0.0.1. */
export async function startServers(log: (line: string) => void): Promise<Servers> {
  const started: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => void (await Promise.all(started.splice(0).map((end) => end())));
  const keep = async <T extends { stop(): Promise<unknown> }>(starting: Promise<T>): Promise<T> => {
    const server = await starting;
    started.push(() => server.stop());
    return server;
  };
  try {
    const plugins = await ensureTestPlugins({ log });
    const project = await Project.create({});
    started.push(() => project.remove());
    const settled = await Promise.allSettled([
      keep(startOpenstack({ regions: ["north"], log })), keep(startVcsim({ vcenters: [{ name: "hub" }, { name: "branch" }] })),
      keep(startAws({ log })), keep(startAzure({ containers: [] })), keep(startGcp()),
    ] as const);
    for (const one of settled) if (one.status === "rejected") throw one.reason;
    const [openstack, vcsim, aws, azure, gcp] = settled.map((one) => (one as PromiseFulfilledResult<unknown>).value) as [Openstack, Vcsim, Aws, Azure, Gcp];
    await installPlugins(project.env["PULUMI_HOME"]!, plugins);
    await installStandInPlugins(project.env["PULUMI_HOME"]!, ["aws", "azure-native", "gcp"]);
    Object.assign(project.env, aws.env, azure.env, gcp.env, vcsim.env, (await openstack.cloudsYaml(project.dir)).env);
    return { project, openstack, vcsim, aws, azure, gcp, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
