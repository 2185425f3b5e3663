import * as pulumi from "@pulumi/pulumi";

/**
 * The output, or undefined where its resource failed: one image's failure must not fail the outputs of the whole stack.
 * The engine has reported the failure itself.
 */
export function orAbsent<T>(output: pulumi.Output<T>): pulumi.Output<T | undefined> {
  if (pulumi.runtime.isDryRun()) return output; // nothing fails in a preview, and unknown values must stay unknown
  const settled = (output as unknown as { promise(): Promise<T> }).promise();
  return pulumi.output(settled.catch(() => undefined)) as pulumi.Output<T | undefined>;
}
