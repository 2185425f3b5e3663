import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { buildName, openstackPluginTool, packerTool, sourceDir, vcsimTool, vspherePluginTool, type GoTool } from "../../../tools/setup/go-tools.ts";

/** A copy of a tool's folder, to change. */
function copyOf(tool: GoTool): string {
  const dir = mkdtempSync(join(tmpdir(), "imagefleet-tool-"));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  cpSync(sourceDir(tool), dir, { recursive: true });
  return dir;
}

function append(dir: string, file: string): void {
  writeFileSync(join(dir, file), `${readFileSync(join(dir, file), "utf8")}\n`);
}

test("a build of ours is of its sources, of what it embeds, and of the pinned modules", () => {
  for (const file of ["main.go", "provider/provider.go", "schema.json", "go.mod", "go.sum"]) {
    const dir = copyOf(vspherePluginTool);
    expect(buildName(vspherePluginTool, dir)).toBe(buildName(vspherePluginTool));
    append(dir, file);
    expect(buildName(vspherePluginTool, dir), file).not.toBe(buildName(vspherePluginTool));
  }
});

test("a new source file makes another build, a test or a note does not", () => {
  const dir = copyOf(vcsimTool);
  writeFileSync(join(dir, "main_test.go"), "package main\n");
  writeFileSync(join(dir, "NOTES.md"), "notes\n");
  expect(buildName(vcsimTool, dir)).toBe(buildName(vcsimTool));
  mkdirSync(join(dir, "more"));
  writeFileSync(join(dir, "more", "more.go"), "package more\n");
  expect(buildName(vcsimTool, dir)).not.toBe(buildName(vcsimTool));
});

test("a program of somebody else's module is of its pins alone", () => {
  const dir = copyOf(packerTool);
  append(dir, "tools.go");
  expect(buildName(packerTool, dir)).toBe(buildName(packerTool));
  append(dir, "go.sum");
  expect(buildName(packerTool, dir)).not.toBe(buildName(packerTool));
});

test("a build states its tool", () => {
  expect(buildName(openstackPluginTool)).toMatch(/^pulumi-resource-openstack-[0-9a-f]{16}$/);
});
