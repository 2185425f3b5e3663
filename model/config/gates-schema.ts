import { z } from "zod";
import { described } from "#model/config/expectation";
import { amount, list, name, severity, someOf, text, whole, word } from "#model/config/values";
import { diskBuses, type GatesConfig } from "#model/gates";

/** What a release must pass where the configuration does not say otherwise. */
export const defaultGates: GatesConfig = {
  boot: { buses: ["virtio"], timeout: 5, kernelArguments: [], throughput: 0, grow: 1, allowFailedUnits: [] },
  hygiene: { failOn: "low" },
  scanners: {},
};

/** Defaults within what has none itself: there is no compliance scan and no scanner unless one is configured. */
export const defaultCompliance = { allow: [], failOn: "medium" } as const;
export const defaultScanner = { failOn: "high" } as const;

const failOn = (mildest: string) => severity.optional().meta({ description: "The mildest finding that fails the gate.", default: mildest });

const bus = described(z.enum(diskBuses), diskBuses.join(", "));

export const bootGate = described(
  z.strictObject({
    buses: someOf(bus, "disk buses").optional().meta({ description: "Buses that the disk is booted on, each once on every firmware that the image boots with.", default: defaultGates.boot.buses }),
    timeout: amount(0.1, 240, "minutes").optional().meta({ description: "Longest time from power-on to a finished cloud-init in minutes, on KVM; without KVM four times as much.", default: defaultGates.boot.timeout }),
    kernelArguments: list(word, "words of the kernel command line").optional().meta({ description: "Words that the running kernel's command line must have, such as `console=ttyS0`. Default: none." }),
    throughput: amount(0, 1_000_000, "Mbit/s").optional().meta({ description: "Least network throughput from the guest to its host in Mbit/s, measured by iperf3; 0 leaves the measurement out.", default: defaultGates.boot.throughput }),
    grow: whole(0, 1024, "GiB").optional().meta({ description: "What the disk is enlarged by before its boot, in GiB: the root file system must follow. 0 leaves it as it is.", default: defaultGates.boot.grow }),
    allowFailedUnits: list(word, "systemd units").optional().meta({ description: "Units that may have failed after the boot, such as `fwupd.service`. Default: none." }),
  }).meta({ description: "The image is booted on every firmware and bus with a seed for cloud-init, and asked whether it is well." }),
  "a map of settings of the boot gate",
);

export const hygieneGate = described(
  z.strictObject({ failOn: failOn(defaultGates.hygiene.failOn) }).meta({ description: "What a published image must not hold: keys, passwords, identities, histories, leftovers of the build." }),
  "a map of settings of the hygiene gate",
);

export const complianceGate = described(
  z.strictObject({
    content: text.optional().meta({ description: "SCAP data stream on the machine that inspects, such as `/usr/share/xml/scap/ssg/content/ssg-debian12-ds.xml`. Required." }),
    profile: word.optional().meta({ description: "Profile of the data stream, such as `xccdf_org.ssgproject.content_profile_standard`. Required." }),
    allow: list(word, "rule ids").optional().meta({ description: "Rules that may fail. Default: none. What is accepted for a time is better waived: see [waivers](#waivers)." }),
    failOn: failOn(defaultCompliance.failOn),
  }).meta({ description: "OpenSCAP scans the root file system. Default: no scan." }),
  "a map of settings of the compliance gate",
);

const command = someOf(text, "a program and its arguments");

export const scanner = described(
  z.strictObject({
    command: command.optional().meta({ description: "Program and arguments, each an element. `{root}` is the directory of the root file system, `{sbom}` the CycloneDX file, `{output}` the file for the report, which is else read from standard output. Required." }),
    report: described(z.enum(["trivy", "grype", "sarif"]), "trivy, grype or sarif").optional().meta({ description: "What the report is: the JSON of trivy or grype, or SARIF. Required." }),
    failOn: failOn(defaultScanner.failOn),
    maxDataAge: whole(1, 365, "days").optional().meta({ description: "Oldest vulnerability data that is accepted, in days. Default: not checked." }),
    dataAge: command.optional().meta({ description: "Program and arguments that print JSON with the date of the data. Required with `maxDataAge`." }),
  }).meta({ id: "scanner", description: "A program that reads the image's root file system or its SBOM and reports vulnerabilities." }),
  "a map of the scanner's settings",
);

/** What a release must pass; none of it is required, since images, defaults and the fleet each give a part. */
export const gates = described(
  z.strictObject({
    boot: bootGate.optional(),
    hygiene: hygieneGate.optional(),
    compliance: complianceGate.optional(),
    scanners: described(z.record(name, scanner), "a map of scanners by name").optional().meta({ description: "Programs that look for vulnerabilities, by name. Default: none." }),
  }).meta({ id: "gates", description: "What a release must pass before any site gets it. See [gates](#gates)." }),
  "a map of boot, hygiene, compliance and scanners",
);

export type GatesInput = z.input<typeof gates>;
