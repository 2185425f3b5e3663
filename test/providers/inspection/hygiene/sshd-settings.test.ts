import { expect, test } from "vitest";
import type { InspectionJob } from "../../../../providers/inspection/gate.ts";
import { openImage } from "../../../../providers/inspection/hygiene/image.ts";
import { sshdSettings } from "../../../../providers/inspection/hygiene/sshd-settings.ts";
import { memoryTree } from "../memory-tree.ts";

async function settings(files: Record<string, string>): Promise<Record<string, string>> {
  const image = await openImage({ tree: memoryTree(files) } as unknown as InspectionJob);
  return Object.fromEntries([...(await sshdSettings(image))].map(([key, { value }]) => [key, value]));
}

test("of a setting that is said twice the first counts, as for sshd", async () => {
  expect(await settings({ "/etc/ssh/sshd_config": "PermitRootLogin no\n# X11Forwarding no\nPERMITROOTLOGIN yes\nPort=2222\n" })).toEqual({ permitrootlogin: "no", port: "2222" });
});

test("files that are included count where Include stands, by name, with a relative path below /etc/ssh", async () => {
  const files = { "/etc/ssh/sshd_config": "Include sshd_config.d/*.conf\nPort 1\n", "/etc/ssh/sshd_config.d/20.conf": "Port 2\nUseDNS no\n", "/etc/ssh/sshd_config.d/10.conf": 'Port "3"\n' };
  expect(await settings(files)).toEqual({ port: "3", usedns: "no" });
});

test("what is in a Match block is for some only, and is left out; in a file that is included it ends with the file", async () => {
  const files = { "/etc/ssh/sshd_config": "Include /etc/ssh/a\nUseDNS yes\nMatch User x\nPermitRootLogin yes\n", "/etc/ssh/a": "Match all\nPort 7\n" };
  expect(await settings(files)).toEqual({ usedns: "yes" });
});

test("a file that includes itself comes to an end", async () => {
  expect(await settings({ "/etc/ssh/sshd_config": "Include /etc/ssh/sshd_config\nPort 1\n" })).toEqual({ port: "1" });
});
