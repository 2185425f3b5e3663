import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

const wanted = ["spdx-tools==0.8.3", "cyclonedx-python-lib[json-validation]==11.12.0"];
const home = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "imagefleet", "sbom-validators-1");

/** One verdict for each file, in one process: most of the time goes into starting Python. */
const program = `
import json, sys
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from spdx_tools.spdx.parser.error import SPDXParsingError
from spdx_tools.spdx.parser.parse_anything import parse_file
from spdx_tools.spdx.validation.document_validator import validate_full_spdx_document

def faults(path):
    if ".cdx." in path:
        fault = JsonStrictValidator(SchemaVersion.V1_6).validate_str(open(path).read())
        return [str(fault)] if fault else []
    try:
        return [message.validation_message for message in validate_full_spdx_document(parse_file(path))]
    except SPDXParsingError as error:
        return error.get_messages()

print(json.dumps(["; ".join(faults(path)) or "valid" for path in sys.argv[1:]]))
`;

/**
 * Validators that others wrote, in a Python environment that is made once: `valid`, or what is wrong, for each file. Undefined
 * where Python or its packages cannot be had.
 */
export function sbomValidators(): ((files: readonly string[]) => string[]) | undefined {
  const bin = (name: string): string => join(home, "bin", name);
  if (!existsSync(join(home, "complete"))) {
    rmSync(home, { recursive: true, force: true });
    mkdirSync(join(home, ".."), { recursive: true });
    if (spawnSync("python3", ["-m", "venv", home]).status !== 0) return undefined;
    if (spawnSync(bin("pip"), ["install", "--quiet", ...wanted], { timeout: 120_000 }).status !== 0) return undefined;
    writeFileSync(join(home, "complete"), "");
  }
  return (files) => JSON.parse(execFileSync(bin("python"), ["-c", program, ...files], { encoding: "utf8" })) as string[];
}
