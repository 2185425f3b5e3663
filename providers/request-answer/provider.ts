import { isDeepStrictEqual } from "node:util";
import type { dynamic } from "@pulumi/pulumi";
import { answerDocument, type AnswerDocument } from "#model/request";
import { configuredStore, configureStore, type StackConfig } from "#providers/shared/configured-store";
import { sortedText } from "#providers/shared/sorted-text";
import { isUnknown, mayDiffer } from "#providers/shared/unknown";
import { unreachableState } from "#providers/shared/unreachable";
import type { RequestAnswerInputs, RequestAnswerOutputs } from "#providers/request-answer/inputs";

const identity = ["stack", "channel", "image", "by"] as const;
const content = ["asked", "version", "outcome", "why"] as const;

/** The verbs of RequestAnswer. */
export const provider = {
  configure({ config }: { config: StackConfig }): void {
    configureStore(config);
  },

  async diff(_id: string, olds: RequestAnswerOutputs, news: RequestAnswerInputs): Promise<dynamic.DiffResult> {
    const replaces = identity.filter((name) => mayDiffer(olds[name], news[name]));
    const differs = content.some((name) => mayDiffer(olds[name], news[name])) || isUnknown(news.lagging) || sortedText(olds.lagging) !== sortedText(news.lagging);
    return { changes: replaces.length > 0 || differs || olds.state !== "correct", replaces, deleteBeforeReplace: true };
  },

  async create(inputs: RequestAnswerInputs): Promise<dynamic.CreateResult<RequestAnswerOutputs>> {
    return { id: answerDocument(inputs), outs: await say(inputs) };
  },

  async update(_id: string, olds: RequestAnswerOutputs, news: RequestAnswerInputs): Promise<dynamic.UpdateResult<RequestAnswerOutputs>> {
    return { outs: await say(news, olds.carriedOut) };
  },

  /** A store that cannot be read keeps the state as it is: not knowing is no proof that the answer is gone. */
  async read(id: string, props: RequestAnswerOutputs): Promise<dynamic.ReadResult<RequestAnswerOutputs>> {
    try {
      const found = await configuredStore().document<AnswerDocument>(answerDocument(props));
      if (!found) return { id: "", props };
      return { id, props: { ...props, state: isDeepStrictEqual(found, documentOf(props)) ? "correct" : "incorrect: the store has another answer than this stack has written" } };
    } catch (error) {
      return { id, props: { ...props, state: unreachableState(error) } };
    }
  },

  async delete(_id: string, props: RequestAnswerOutputs): Promise<void> {
    const store = configuredStore();
    const found = await store.document<AnswerDocument>(answerDocument(props));
    if (found?.stack === props.by && found.at === props.at) await store.removeDocument(answerDocument(props));
  },
};

async function say({ stack, channel, image, by, asked, version, outcome, why, lagging }: RequestAnswerInputs, before?: string): Promise<RequestAnswerOutputs> {
  const carriedOut = outcome === "carried out" ? asked : before;
  const outs: RequestAnswerOutputs = {
    stack, channel, image, by, outcome, lagging: [...lagging], at: new Date().toISOString(), state: "correct",
    ...(asked !== undefined && { asked }), ...(version !== undefined && { version }), ...(why !== undefined && { why }), ...(carriedOut !== undefined && { carriedOut }),
  };
  await configuredStore().replaceDocument(answerDocument(outs), documentOf(outs));
  if (outcome === "refused") console.log(`[${channel}/${image}] ${stack} is told that its request is refused: ${why}`);
  return outs;
}

function documentOf({ by, asked, version, outcome, why, lagging, at, carriedOut }: RequestAnswerOutputs): AnswerDocument {
  return {
    schemaVersion: 1, ...(asked !== undefined && { asked }), ...(version !== undefined && { version }), outcome, ...(why !== undefined && { why }), lagging: [...lagging], stack: by, at,
    ...(carriedOut !== undefined && { carriedOut }),
  };
}
