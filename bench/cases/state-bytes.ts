import { median, type BenchCase } from "../measurement.ts";

interface Resource {
  readonly type: string;
  readonly inputs?: Record<string, unknown>;
  readonly outputs?: Record<string, unknown>;
}

const goalBytes = 2048;

/** What each dynamic resource adds to the state, besides the text of its provider. */
export const stateBytes: BenchCase = {
  name: "state-bytes",
  async measure({ fleet, log }) {
    const { text } = await (await fleet()).project.pulumi("stack", "export");
    const { deployment } = JSON.parse(text) as { deployment: { resources: Resource[] } };
    const samples = deployment.resources.filter(({ type }) => type.startsWith("pulumi-nodejs:dynamic")).map(bytesOf);
    const largest = Math.max(...samples);
    log(`${samples.length} resources, the largest ${largest} bytes`);
    return {
      name: "state-bytes", what: "State of one resource, besides the provider's text", unit: "bytes", value: median(samples), samples,
      goal: { text: `the largest (${largest}) ≤ ${goalBytes} bytes`, met: largest <= goalBytes },
    };
  },
};

function bytesOf(resource: Resource): number {
  const without = (values: Record<string, unknown> = {}) => ({ ...values, __provider: undefined });
  return Buffer.byteLength(JSON.stringify({ ...resource, inputs: without(resource.inputs), outputs: without(resource.outputs) }));
}
