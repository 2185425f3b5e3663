import type { dynamic } from "@pulumi/pulumi";
import { gcpImageName, objectName } from "#model/gcp-image";
import { configuredStore, configureStore } from "#providers/shared/configured-store";
import { getImage } from "#providers/shared/gcp/compute";
import { openGcp } from "#providers/shared/gcp/open-gcp";
import { stackImages } from "#providers/shared/gcp/stack-images";
import { isStackObject } from "#providers/shared/gcp/staged-object";
import { deleteObject, getObject } from "#providers/shared/gcp/storage";
import { Progress } from "#providers/shared/progress";
import { configOfProvider } from "#providers/shared/stack-config";
import { mayDiffer } from "#providers/shared/unknown";
import type { ObjectInputs, ObjectOutputs } from "#providers/gcs-object/inputs";
import { Journal } from "#providers/gcs-object/journal";
import { cancelSession } from "#providers/gcs-object/session";
import { stage } from "#providers/gcs-object/stage";
import { unreachableState } from "#providers/shared/unreachable";

const compared = ["project", "bucket", "key", "sha256", "stack", "recipe"] as const;

let request: dynamic.ConfigureRequest | undefined;

/** The verbs of GcsObject. */
export const provider = {
  configure(configure: dynamic.ConfigureRequest): void {
    request = configure;
    configureStore(configure.config);
  },

  async diff(_id: string, olds: ObjectOutputs, news: ObjectInputs): Promise<dynamic.DiffResult> {
    return { changes: olds.state !== "correct" || compared.some((name) => mayDiffer(olds[name], news[name])) };
  },

  async create(inputs: ObjectInputs): Promise<dynamic.CreateResult<ObjectOutputs>> {
    await staged(inputs, false);
    return { id: `${inputs.site}/${inputs.image}@${inputs.version}/object`, outs: { ...inputs, state: "correct" } };
  },

  async update(_id: string, olds: ObjectOutputs, news: ObjectInputs): Promise<dynamic.UpdateResult<ObjectOutputs>> {
    await staged(news, olds.recipe !== news.recipe || olds.project !== news.project);
    return { outs: { ...news, state: "correct" } };
  },

  /** Gone is as it should be, as long as there is the image. */
  async read(id: string, props: ObjectOutputs): Promise<dynamic.ReadResult<ObjectOutputs>> {
    const state = await look(props).catch(unreachableState);
    return { id, props: { ...props, state } };
  },

  async delete(_id: string, props: ObjectOutputs): Promise<void> {
    const { project, bucket } = props;
    const gcp = openGcp(project);
    const name = objectName(props);
    const journal = new Journal(bucket, name);
    const entry = await journal.read();
    if (entry) await cancelSession(gcp, entry.session);
    await journal.remove();
    const object = await getObject(gcp, bucket, name);
    if (object && isStackObject(object, props)) await deleteObject(gcp, bucket, name, object.generation);
  },
};

async function staged(inputs: ObjectInputs, again: boolean): Promise<void> {
  const progress = new Progress(`${inputs.site}/${inputs.image}`);
  progress.begin(`sending ${inputs.version}`);
  try {
    await stage(inputs, { store: configuredStore(), seal: configOfProvider(request).seal, again, progress: (text) => progress.say(`${inputs.version}: ${text}`) });
  } finally {
    progress.stop();
  }
}

async function look(props: ObjectOutputs): Promise<string> {
  const gcp = openGcp(props.project);
  const image = gcpImageName(props);
  // one that has lost its labels is in no list
  const there = (await stackImages(gcp, props.stack)).get(image) ?? (await getImage(gcp, image));
  if (there && there.status !== "FAILED") return "correct";
  return (await getObject(gcp, props.bucket, objectName(props))) ? "correct" : `missing: neither the image ${image} nor the archive to make it of`;
}
