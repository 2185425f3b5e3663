import type { dynamic } from "@pulumi/pulumi";
import { releaseName, type ReleaseId } from "#model/release";
import type { RevocationDocument } from "#model/revoked";
import type { DocumentName } from "#store/store";
import type { RevocationInputs } from "#providers/revocation/inputs";
import { configuredStore, configureStore, type StackConfig } from "#providers/shared/configured-store";
import { mayDiffer } from "#providers/shared/unknown";

const fields = ["image", "version", "reason", "stack", "revokedWith"] as const;

/** The verbs of Revocation. What it says is its identity, so there is no update. */
export const provider = {
  configure({ config }: { config: StackConfig }): void {
    configureStore(config);
  },

  async diff(_id: string, olds: RevocationInputs, news: RevocationInputs): Promise<dynamic.DiffResult> {
    const replaces = fields.filter((name) => mayDiffer(olds[name], news[name]));
    return { changes: replaces.length > 0, replaces, deleteBeforeReplace: true };
  },

  /** Another stack's word stays: the release is revoked while one of them says so, and theirs came first. */
  async create(inputs: RevocationInputs): Promise<dynamic.CreateResult<RevocationInputs>> {
    const { image, version, reason, stack, revokedWith } = inputs;
    const own = { image, version, reason, stack, ...(revokedWith !== undefined && { revokedWith }) };
    const store = configuredStore();
    const build = await store.record(inputs, "build");
    const document: RevocationDocument = { schemaVersion: 1, ...own, sha256: build?.disk.sha256 ?? "", since: new Date().toISOString() };
    const before = await store.document<RevocationDocument>(documentOf(inputs));
    if (!before) await store.addDocument(documentOf(inputs), document);
    else if (before.stack === stack) await store.replaceDocument(documentOf(inputs), { ...document, since: before.since });
    return { id: `revocation/${releaseName(inputs)}`, outs: own };
  },

  /** A store that cannot be read keeps the state as it is: not knowing is no proof that the word is gone. */
  async read(id: string, props: RevocationInputs): Promise<dynamic.ReadResult<RevocationInputs>> {
    const gone = await configuredStore().document(documentOf(props)).then((document) => document === undefined, () => false);
    if (gone) console.log(`[${props.image}] the store has lost that ${props.version} is revoked`);
    return { id: gone ? "" : id, props };
  },

  async delete(_id: string, props: RevocationInputs): Promise<void> {
    const store = configuredStore();
    const document = await store.document<RevocationDocument>(documentOf(props));
    if (document?.stack === props.stack) await store.removeDocument(documentOf(props));
  },
};

function documentOf(id: ReleaseId): DocumentName {
  return `revocations/${releaseName(id)}`;
}
