import { Worker } from "node:worker_threads";
import type { dynamic } from "@pulumi/pulumi";
import { FleetError } from "#model/errors";
import { artifactName, parseFormat } from "#model/format";
import { releaseName } from "#model/release";
import { VerifiedCache } from "#store/verified-cache";
import { configuredStore, configureStore, type StackConfig } from "#providers/shared/configured-store";
import { Progress } from "#providers/shared/progress";
import { cacheDir } from "#providers/shared/project";
import { isUnknown } from "#providers/shared/unknown";
import type { SignatureInputs, SignatureOutputs } from "#providers/image-signature/inputs";
import type { SignRequest, SignReply } from "#providers/image-signature/sign-worker";

const signed = ["image", "version", "format", "sha256", "certificate"] as const;

/** The verbs of ImageSignature. There is nothing to delete, and nothing outside that could drift. */
export const provider = {
  configure({ config }: { config: StackConfig }): void {
    configureStore(config);
  },

  async diff(_id: string, olds: SignatureOutputs, news: SignatureInputs): Promise<dynamic.DiffResult> {
    return { changes: signed.some((name) => isUnknown(news[name]) || olds[name] !== news[name]) };
  },

  async create(inputs: SignatureInputs): Promise<dynamic.CreateResult<SignatureOutputs>> {
    return { id: `${inputs.site}/${releaseName(inputs)}/${inputs.format}`, outs: await sign(inputs) };
  },

  async update(_id: string, _olds: SignatureOutputs, news: SignatureInputs): Promise<dynamic.UpdateResult<SignatureOutputs>> {
    return { outs: await sign(news) };
  },
};

async function sign(inputs: SignatureInputs): Promise<SignatureOutputs> {
  const { site, image, version, format, sha256, certificate, keyFile } = inputs;
  const action = `sign ${releaseName(inputs)} as ${format} for ${site}`;
  const keyPath = process.env[keyFile];
  const file = await verifiedArtifact(inputs, action);
  if (!keyPath) throw new FleetError({ action, cause: `the environment variable ${keyFile} is not set`, hint: `set ${keyFile} to the path of the RSA private key that belongs to the certificate ${certificate}` });
  const progress = new Progress(`${site}/${image}`);
  progress.begin(`signing ${version} as ${format}`);
  try {
    const reply = await inWorker({ file, keyPath });
    if ("problem" in reply) throw new FleetError({ action, place: keyPath, cause: reply.problem, hint: `${keyFile} names a file with an RSA private key in PEM, without a passphrase` });
    return { site, image, version, format, sha256, certificate, keyFile, ...reply };
  } finally {
    progress.stop();
  }
}

/** What is signed is what was sealed. */
async function verifiedArtifact({ image, version, format, sha256 }: SignatureInputs, action: string): Promise<string> {
  const store = configuredStore();
  const name = artifactName({ image, version }, parseFormat(format)!);
  const file = await store.open({ image, version }, `formats/${format}`, name);
  const found = await new VerifiedCache(cacheDir()).digest(file, false);
  if (found.sha256 === sha256) return file;
  throw new FleetError({ action, place: file, cause: `its SHA-256 is ${found.sha256}, where ${sha256} was sealed`, hint: `npm run store -- verify ${releaseName({ image, version })}` });
}

/** Hashing a disk would hold up every other resource of this process. */
function inWorker(request: SignRequest): Promise<SignReply> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./sign-worker.ts", import.meta.url), { workerData: request });
    worker.once("message", resolve).once("error", reject);
  });
}
