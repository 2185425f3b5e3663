import { PolicyPack } from "@pulumi/policy";
import { rules } from "./rules.ts";

/** Milliseconds between two looks whether the engine still lives. */
const interval = 1_000;

// An engine that was killed has ended nobody but itself, and it may have been before this began.
const engine = Number(process.env["IMAGEFLEET_ENGINE"] ?? process.ppid);
setInterval(() => process.ppid === engine || process.exit(1), interval).unref();

new PolicyPack("imagefleet", { policies: [...rules] });
