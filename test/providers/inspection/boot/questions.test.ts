import { execa } from "execa";
import { expect, test } from "vitest";
import { Answers, questions } from "#providers/inspection/boot/questions";

test("the questions are read by the shells of small and large images", async () => {
  for (const shell of [["dash"], ["bash", "--posix"]]) expect(await execa(shell[0]!, [...shell.slice(1), "-n", "-c", questions], { reject: false })).toMatchObject({ exitCode: 0, stderr: "" });
});

test("answers keep what follows the first sign of equality, and all of several under one name", () => {
  const answers = new Answers(["kernel=6.1", "command_line=root=UUID=x quiet", "disk=1 2", "disk=3 4", "noise", "=", "cloud_init=present", "root_kib=", "odd=1x"]);
  expect(answers.one("command_line")).toBe("root=UUID=x quiet");
  expect(answers.all("disk")).toEqual(["1 2", "3 4"]);
  expect([answers.number("kernel"), answers.number("root_kib"), answers.number("odd"), answers.number("missing")]).toEqual([6.1, undefined, undefined, undefined]);
  expect([answers.has("cloud_init"), answers.complete]).toEqual([true, false]);
});
