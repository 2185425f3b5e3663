import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

const wanted = ["spdx-tools==0.8.3", "cyclonedx-python-lib[json-validation]==11.12.0"];
const home = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "imagefleet", "sbom-validators-1");

const cycloneDxCheck = `
import sys
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
fault = JsonStrictValidator(SchemaVersion.V1_6).validate_str(open(sys.argv[1]).read())
sys.exit(str(fault) if fault else 0)
`;

/** Validators that others wrote, in a Python environment that is made once; undefined where Python or its packages cannot be had. */
export function sbomValidators(): { spdx(file: string): string; cycloneDx(file: string): string } | undefined {
  const bin = (name: string): string => join(home, "bin", name);
  if (!existsSync(join(home, "complete"))) {
    rmSync(home, { recursive: true, force: true });
    mkdirSync(join(home, ".."), { recursive: true });
    if (spawnSync("python3", ["-m", "venv", home]).status !== 0) return undefined;
    if (spawnSync(bin("pip"), ["install", "--quiet", ...wanted], { timeout: 120_000 }).status !== 0) return undefined;
    execFileSync("touch", [join(home, "complete")]);
  }
  return {
    spdx: (file) => verdict(bin("pyspdxtools"), ["--infile", file]),
    cycloneDx: (file) => verdict(bin("python"), ["-c", cycloneDxCheck, file]),
  };
}

/** `valid`, or what the validator says. */
function verdict(program: string, args: string[]): string {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: "utf8" });
  return status === 0 ? "valid" : `${stdout}${stderr}`;
}
