import type { dynamic } from "@pulumi/pulumi";
import fc from "fast-check";
import { expect } from "vitest";
import { UNKNOWN } from "#providers/shared/unknown";

type Values = Readonly<Record<string, unknown>>;
type Diff<Outs, Inputs> = (id: string, olds: Outs, news: Inputs) => Promise<dynamic.DiffResult>;

/** Up to two of its values are others. */
function damaged<T extends object>(whole: T, others: readonly unknown[]): fc.Arbitrary<T> {
  return fc.dictionary(fc.constantFrom(...Object.keys(whole)), fc.constantFrom(...others), { maxKeys: 2 }).map((change) => ({ ...whole, ...change }));
}

/** A former version of the program may not have known a value; an input may not be known yet. */
const [formerly, notYet] = [[undefined, null, []], [UNKNOWN, [UNKNOWN], undefined, null, "", []]];

/**
 * A diff answers whatever it is given: one that throws stops the engine's whole run. What is the same is no change, and whatever is not known yet may be one.
 * @param olds A state in which nothing is to be done for these inputs.
 * @param ignored Inputs that make no difference by themselves.
 */
export async function requireSteadyDiff<Outs extends object, Inputs extends object>(diff: Diff<Outs, Inputs>, olds: Outs, news: Inputs, ignored: readonly (keyof Inputs)[] = []): Promise<void> {
  expect(await diff("id", olds, news)).toMatchObject({ changes: false, replaces: [] });
  const names = (Object.keys(news) as (keyof Inputs)[]).filter((name) => !ignored.includes(name));
  for (const name of names) expect(await diff("id", olds, { ...news, [name]: UNKNOWN }), String(name)).toMatchObject({ changes: true });
  await fc.assert(fc.asyncProperty(damaged(olds, formerly), damaged(news, notYet), async (before, now) => {
    const { changes, replaces } = await diff("id", before, now);
    expect(changes).toBeTypeOf("boolean");
    for (const name of replaces ?? []) expect(Object.hasOwn(now as Values, name) || Object.hasOwn(before as Values, name)).toBe(true);
  }), { numRuns: 300 });
}
