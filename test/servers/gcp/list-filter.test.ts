import { expect, test } from "vitest";
import { listFilter } from "./list-filter.ts";

const images = [{ name: "debian-12-1", labels: { stack: "p_s" } }, { name: "debian-12-2", labels: { stack: "p_s", channel: "latest" } }, { name: "rocky-9-1" }];

test.each([
  ["name = debian-12-1", ["debian-12-1"]],
  ["labels.stack = \"p_s\" AND name != \"debian-12-1\"", ["debian-12-2"]],
  ["(name = \"debian-12-1\") OR (name = \"rocky-9-1\")", ["debian-12-1", "rocky-9-1"]],
  ["(labels.stack = p_s) (labels.channel:*)", ["debian-12-2"]],
  ["name eq debian-.*", ["debian-12-1", "debian-12-2"]],
])("%s", (filter, names) => {
  expect(images.filter(listFilter(filter)).map(({ name }) => name)).toEqual(names);
});

test.each(["name", "name =", "(name = a", "name = a)"])("%s is no filter", (filter) => {
  expect(() => listFilter(filter)).toThrow("Invalid list filter expression");
});
