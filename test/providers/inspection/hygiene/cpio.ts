/** A cpio archive (newc) of empty files: what an initrd is made of. */
export function cpio(names: readonly string[]): Buffer {
  return Buffer.concat([...names, "TRAILER!!!"].map((name) => {
    const fields = [0, 0o100644, 0, 0, 1, 0, 0, 0, 0, 0, 0, name.length + 1, 0];
    const head = `070701${fields.map((field) => field.toString(16).padStart(8, "0")).join("")}${name}\0`;
    return Buffer.from(head.padEnd(Math.ceil(head.length / 4) * 4, "\0"));
  }));
}
