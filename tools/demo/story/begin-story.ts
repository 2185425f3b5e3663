import { startServers } from "./servers.ts";
import { firstStackFile } from "./stack-file.ts";
import { Teller } from "./teller.ts";

const opening = `# A story

What operators of a fleet do, from the first release to the last that goes: one image, two channels, and a site of each of seven kinds. Everything
below was typed and printed by a test, against a real Keystone and Glance, simulated vCenters, and [servers that stand for](proven.md) AWS, Azure and
Google Cloud; Packer and QEMU build the releases. After each chapter the servers themselves are asked what they hold. \`npm run demo -- story\` plays
it on your machine and writes this page; \`…\` stands for what is another each time.`;

/** Starts all servers. The chapters come next, one after the other; at last, \`servers.stop()\`. */
export async function beginStory(log: (line: string) => void): Promise<Teller> {
  const servers = await startServers(log);
  const teller = new Teller(servers, firstStackFile(servers), log);
  teller.say(opening);
  return teller;
}
