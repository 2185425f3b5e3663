import { expect, test } from "vitest";
import { scriptSettings } from "#providers/packer-build/script-settings";

test("a script's header declares its settings, with a default, as required, or for the build only", () => {
  expect(scriptSettings(`#!/bin/sh
# setting: locale = C.UTF-8
# setting: token (required)
# setting: build_mirror = (build only)
# setting: empty =
# setting: bare
#setting: words = one two  three
echo "# setting: not_one = x"
`)).toEqual([
    { name: "locale", default: "C.UTF-8", buildOnly: false },
    { name: "token", buildOnly: false },
    { name: "build_mirror", default: "", buildOnly: true },
    { name: "empty", default: "", buildOnly: false },
    { name: "bare", default: "", buildOnly: false },
    { name: "words", default: "one two  three", buildOnly: false },
  ]);
});
