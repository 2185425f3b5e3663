import fc from "fast-check";
import { expect, test } from "vitest";
import type { Package } from "../../../../providers/inspection/packages/package-database.ts";
import { packageChanges } from "../../../../providers/inspection/packages/package-changes.ts";

function deb(name: string, version: string, arch = "amd64"): Package {
  return { type: "deb", name, version, arch, source: name };
}

test("added, removed, upgraded and downgraded packages are told apart, by name and architecture", () => {
  const before = [deb("bash", "5.2-1"), deb("curl", "8.0"), deb("libc6", "2.36-9"), deb("libc6", "2.36-9", "i386"), deb("tz", "2026a", "all")];
  const after = [deb("bash", "5.2-2"), deb("libc6", "2.36-9"), deb("libc6", "2.36-8", "i386"), deb("tz", "2026a", "all"), deb("vim", "9")];
  expect(packageChanges(before, after)).toEqual({
    added: [{ name: "vim", version: "9", arch: "amd64" }],
    removed: [{ name: "curl", version: "8.0", arch: "amd64" }],
    upgraded: [{ name: "bash", arch: "amd64", from: "5.2-1", to: "5.2-2" }],
    downgraded: [{ name: "libc6", arch: "i386", from: "2.36-9", to: "2.36-8" }],
  });
});

test("of a package that may be there several times the newest are matched", () => {
  const kernel = (version: string): Package => ({ ...deb("kernel-core", version, "x86_64"), type: "rpm" });
  expect(packageChanges([kernel("5.14-9"), kernel("5.14-10")], [kernel("5.14-10"), kernel("5.14-11"), kernel("5.14-12")])).toEqual({
    added: [{ name: "kernel-core", version: "5.14-11", arch: "x86_64" }],
    removed: [],
    upgraded: [{ name: "kernel-core", arch: "x86_64", from: "5.14-9", to: "5.14-12" }],
    downgraded: [],
  });
});

test("the changes lead from one list to the other, and back in mirror image", () => {
  const list = fc.uniqueArray(fc.tuple(fc.constantFrom("a", "b", "c"), fc.constantFrom("1", "2", "10")), { selector: String }).map((pairs) => pairs.map(([name, version]) => deb(name, version)));
  const key = ({ name, version }: { name: string; version: string }): string => `${name} ${version}`;
  fc.assert(fc.property(list, list, (before, after) => {
    const { added, removed, upgraded, downgraded } = packageChanges(before, after);
    const moved = [...upgraded, ...downgraded];
    const result = new Set(before.map(key));
    for (const one of [...removed.map(key), ...moved.map(({ name, from }) => key({ name, version: from }))]) expect(result.delete(one)).toBe(true);
    for (const one of [...added.map(key), ...moved.map(({ name, to }) => key({ name, version: to }))]) result.add(one);
    expect([...result].sort()).toEqual(after.map(key).sort());
    const back = packageChanges(after, before);
    expect([back.added, back.removed, back.upgraded.length, back.downgraded.length]).toEqual([removed, added, downgraded.length, upgraded.length]);
  }));
});
