import { afterAll, beforeAll, expect, test } from "vitest";
import { VmNotes } from "#providers/shared/vcenter/vm-notes";
import { withVcenter } from "#providers/shared/vcenter/with-vcenter";
import { uploadItem } from "../../../servers/upload-item.ts";
import { startVcsim, type Vcsim } from "../../../servers/vcsim.ts";
import { addressOf } from "./address-of.ts";

let vcsim: Vcsim;
let vm: string;

beforeAll(async () => {
  vcsim = await startVcsim({ vcenters: [{ name: "vc" }] });
  Object.assign(process.env, vcsim.env);
  const item = await uploadItem(vcsim, "vc", await vcsim.createLibrary("vc", "imagefleet"), "tiny-1.1.1");
  vm = await withVcenter(addressOf(vcsim, "vc"), async (client) => client.deploy(item, { name: "noted", placement: await client.place(vcsim.vcenter("vc")) }));
});
afterAll(async () => {
  for (const name of Object.keys(vcsim?.env ?? {})) delete process.env[name];
  await vcsim?.stop();
});

test("an annotation is read as it was written, whatever is in it", async () => {
  const notes = await VmNotes.open(addressOf(vcsim, "vc"));
  expect(await notes.read(vm)).toBe("");
  for (const text of ["ours", `<a> & &lt; "b" 'c' &amp; ü]]>`, "two\nlines"]) {
    await notes.write(vm, text);
    expect(await notes.read(vm)).toBe(text);
  }
  await notes.close();
});

test("a VM that is gone has none, and cannot be annotated", async () => {
  const notes = await VmNotes.open(addressOf(vcsim, "vc"));
  expect(await notes.read("vm-999")).toBeUndefined();
  await expect(notes.write("vm-999", "x")).rejects.toThrow(/^cannot annotate VM vm-999 \(.*127\.0\.0\.1:\d+\): the vCenter answers 500: .*vm-999/);
  await notes.close();
});

test("a wrong password and another certificate are refused, and no secret is said", async () => {
  const address = addressOf(vcsim, "vc");
  await expect(VmNotes.open({ ...address, thumbprint: "ab".repeat(32) })).rejects.toThrow(/is pinned/);
  const name = `${address.credentials}_PASSWORD`;
  process.env[name] = "a secret";
  const refused = await VmNotes.open(address).catch((error: Error) => error.message);
  process.env[name] = vcsim.env[name];
  expect(refused).toMatch(/^cannot log in \(.*\): the vCenter answers 500: .*[Ll]ogin/);
  expect(refused).not.toContain("a secret");
});
