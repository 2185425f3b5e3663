import { expect, test } from "vitest";
import { bootsOn, parseOsFacts } from "#providers/packer-build/os-facts";

const facts = (more: string) => parseOsFacts("acme.pkrvars.hcl", `os_family = "acme"\nos_release = "1"\nos_arch = "x86_64"\nsource_kind = "disk"\nssh_username = "root"\nshutdown_command = "poweroff"\n${more}`);

test("a disk boots on what its facts list, else on what it is built on", async () => {
  expect(bootsOn((await facts("")).facts!)).toEqual(["bios"]);
  expect(bootsOn((await facts('firmware = "uefi"')).facts!)).toEqual(["uefi"]);
  expect(bootsOn((await facts('firmwares = ["bios", "uefi"]')).facts!)).toEqual(["bios", "uefi"]);
});

test("facts that leave out what the build itself boots on are refused, as are unknown firmwares and none at all", async () => {
  expect((await facts('firmwares = ["uefi"]')).problems).toEqual([{ name: "firmwares", problem: "must list firmware, which the build itself boots on" }]);
  for (const value of ['["bios", "coreboot"]', "[]"]) expect((await facts(`firmwares = ${value}`)).facts).toBeUndefined();
});
