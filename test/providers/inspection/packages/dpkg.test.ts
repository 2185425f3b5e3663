import { expect, test } from "vitest";
import { readDpkg } from "../../../../providers/inspection/packages/dpkg.ts";
import { memoryTree } from "../memory-tree.ts";

const status = `Package: bash
Status: install ok installed
Version: 5.2.15-2+b7
Architecture: amd64
Source: bash (5.2.15-2)
Description: shell
 .
 Package: this line belongs to the description

Package: gone
Status: deinstall ok config-files
Version: 1
Architecture: all

Package: half
Status: install reinstreq half-installed
Version: 2
Architecture: all

Package: waiting
Status: install ok triggers-pending
Version: 3
Architecture: all

Package: held
Status: hold ok installed
Version: 4
Architecture: all
`;

test("what dpkg installed is listed, what it removed is not, and what it did not finish is named", async () => {
  const found = await readDpkg(memoryTree({ "/var/lib/dpkg/status": status }));
  expect(found?.packages.map(({ name, version }) => `${name} ${version}`)).toEqual(["bash 5.2.15-2+b7", "half 2", "waiting 3", "held 4"]);
  expect(found?.packages[0]).toEqual({ type: "deb", name: "bash", version: "5.2.15-2+b7", arch: "amd64", source: "bash@5.2.15-2" });
  expect(found?.unfinished).toEqual([{ name: "half", state: "install reinstreq half-installed" }, { name: "waiting", state: "install ok triggers-pending" }]);
  expect(found?.fault).toBeUndefined();
});

test("images without dpkg itself have one file a package", async () => {
  const found = await readDpkg(memoryTree({
    "/var/lib/dpkg/status.d/base": "Package: base-files\nVersion: 12.4\nArchitecture: amd64\n",
    "/var/lib/dpkg/status.d/base.md5sums": "0123  etc/issue\n",
    "/var/lib/dpkg/status.d/tz": "Package: tzdata\nStatus: install ok installed\nVersion: 2026a\nArchitecture: all\n",
  }));
  expect(found?.packages.map(({ name }) => name)).toEqual(["base-files", "tzdata"]);
  expect(found?.unfinished).toEqual([]);
});

test("a database that is cut in the middle is read up to there, and said to be broken", async () => {
  const found = await readDpkg(memoryTree({ "/var/lib/dpkg/status": `${status}\nPackage: cut\nVers` }));
  expect(found?.packages).toHaveLength(4);
  expect(found?.fault).toBe("paragraph 6 of 6 has no package name or no status");
});

test("an image without dpkg has no dpkg database", async () => {
  expect(await readDpkg(memoryTree({ "/etc/passwd": "" }))).toBeUndefined();
});
