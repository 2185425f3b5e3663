import fc from "fast-check";

/** A small configuration without faults; `change` edits a copy of it. */
export function valid(change: (raw: Raw) => void = () => undefined): Raw {
  const raw: Raw = {
    images: {
      debian: { os: "debian/debian-12-x86_64", epoch: "2026-11-01", sites: ["laptop"] },
      web: { parent: "debian", scripts: ["web-server"], sites: ["all"] },
    },
    sites: { laptop: { kind: "local", path: "catalog" }, desk: { kind: "local", path: "desk" } },
    groups: { offices: ["desk"] },
  };
  change(raw);
  return raw;
}

/** Loosely typed, so that tests can write what is wrong. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Raw = Record<string, any>;

const name = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/).filter((text) => text !== "all");
const epoch = fc.date({ min: new Date("2020-01-01"), max: new Date("2099-12-31"), noInvalidDate: true }).map((date) => date.toISOString().slice(0, 10));
const value = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof({ maxDepth: 2 }, fc.string(), fc.integer(), fc.boolean(), fc.array(tie("value"), { maxLength: 3 }), fc.dictionary(name, tie("value"), { maxKeys: 3 })),
})).value;

/** Any configuration without faults: sites, groups of groups, layers, targets, defaults. */
export const anyValid: fc.Arbitrary<Raw> = fc
  .record({
    names: fc.uniqueArray(name, { minLength: 2, maxLength: 9 }),
    epochs: fc.array(epoch, { minLength: 9, maxLength: 9 }),
    layered: fc.array(fc.boolean(), { minLength: 9, maxLength: 9 }),
    variables: fc.dictionary(name, value, { maxKeys: 3 }),
    retain: fc.option(fc.nat({ max: 100 }), { nil: undefined }),
    target: fc.option(fc.constantFrom("local", "vagrant"), { nil: undefined }),
  })
  .map(({ names, epochs, layered, variables, retain, target }) => {
    const images = names.map((image, index) => {
      const parent = layered[index] && index > 0 ? names[index - 1] : undefined;
      const origin = parent === undefined ? { os: "family/file", epoch: epochs[index] } : { parent };
      // hyphens keep the children's names apart from those of images
      const targets = target === undefined ? {} : { targets: { [target]: { scripts: ["agent"] } } };
      return [image, { ...origin, ...targets, variables, sites: index % 2 === 0 ? ["all"] : [`g${index}x`, `s-${names[0]}`] }];
    });
    return {
      images: Object.fromEntries(images) as Raw,
      sites: Object.fromEntries(names.map((site) => [`s-${site}`, { kind: "local", path: `sites/${site}` }])),
      groups: Object.fromEntries(names.map((site, index) => [`g${index}x`, [`s-${site}`, ...(index > 0 ? [`g${index - 1}x`] : [])]])),
      variables,
      defaults: retain === undefined ? {} : { images: { retain } },
    };
  });

/** The same configuration with the keys of every map in another order. */
export function reordered(raw: unknown): unknown {
  if (Array.isArray(raw)) return raw.map(reordered);
  if (typeof raw !== "object" || raw === null) return raw;
  return Object.fromEntries(Object.entries(raw).reverse().map(([key, part]) => [key, reordered(part)]));
}
