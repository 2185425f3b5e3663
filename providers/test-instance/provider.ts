import type { dynamic } from "@pulumi/pulumi";
import { releaseName } from "#model/release";
import { configOfProvider } from "#providers/shared/stack-config";
import { isUnknown } from "#providers/shared/unknown";
import type { InstanceInputs, InstanceOutputs } from "#providers/test-instance/inputs";
import { removeKept } from "#providers/test-instance/leftovers";
import { tryImage } from "#providers/test-instance/try-image";

let request: dynamic.ConfigureRequest | undefined;

/**
 * The verbs of TestInstance. An image is tried once: other settings count for the next one. What was seen is evidence and
 * cannot drift, so there is no read.
 */
export const provider = {
  configure(configure: dynamic.ConfigureRequest): void {
    request = configure;
  },

  async diff(_id: string, olds: InstanceOutputs, news: InstanceInputs): Promise<dynamic.DiffResult> {
    return { changes: isUnknown(news.imageId) || olds.imageId !== news.imageId };
  },

  async create(inputs: InstanceInputs): Promise<dynamic.CreateResult<InstanceOutputs>> {
    return { id: `${inputs.site}/${releaseName(inputs)}`, outs: { ...only(inputs), ...(await tryImage(inputs, mayFail(inputs))) } };
  },

  async update(_id: string, olds: InstanceOutputs, news: InstanceInputs): Promise<dynamic.UpdateResult<InstanceOutputs>> {
    await removeKept(olds);
    return { outs: { ...only(news), ...(await tryImage(news, mayFail(news))) } };
  },

  async delete(_id: string, props: InstanceOutputs): Promise<void> {
    await removeKept(props);
  },
};

function only({ site, cloud, region, imageId, image, version, stack, server }: InstanceInputs): InstanceInputs {
  return { site, cloud, ...(region !== undefined && { region }), imageId, image, version, stack, server };
}

/** systemd units that the image's gates let fail, too. */
function mayFail({ image }: InstanceInputs): readonly string[] {
  return configOfProvider(request).images[image]?.gates.boot.allowFailedUnits ?? [];
}
