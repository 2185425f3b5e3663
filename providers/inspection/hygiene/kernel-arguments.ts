import type { Image } from "#providers/inspection/hygiene/image";

/** The words of one kernel command line. */
export interface CommandLine {
  /** File that has it. */
  readonly place: string;
  readonly words: readonly string[];
}

/** Where boot loaders and their generators keep it, and which line is one. */
const sources: readonly { readonly paths: readonly string[]; readonly line: RegExp }[] = [
  { paths: ["/boot/grub/grub.cfg", "/boot/grub2/grub.cfg", "/boot/efi/EFI/*/grub.cfg"], line: /^[ \t]*linux(?:16|efi)?[ \t]+\S+[ \t]+(.*)$/gm },
  { paths: ["/etc/default/grub", "/etc/default/grub.d/*.cfg"], line: /^[ \t]*GRUB_CMDLINE_LINUX(?:_DEFAULT)?="(.*)"/gm },
  { paths: ["/boot/loader/entries/*.conf", "/boot/efi/loader/entries/*.conf"], line: /^options[ \t]+(.*)$/gm },
  { paths: ["/boot/extlinux/extlinux.conf", "/boot/extlinux.conf", "/boot/syslinux/syslinux.cfg"], line: /^[ \t]*append[ \t]+(.*)$/gim },
  { paths: ["/etc/kernel/cmdline"], line: /^(.+)$/gm },
];

/** All command lines that the image boots with or that its tools will write, those of GRUB's recovery entries left out. */
export async function commandLines(image: Image): Promise<CommandLine[]> {
  const found: CommandLine[] = [];
  for (const { paths, line } of sources) {
    for (const { path } of image.find(...paths)) {
      const lines = [...(await image.text(path)).matchAll(line)].map(([, words = ""]) => words.trim().split(/\s+/));
      found.push(...lines.filter((words, at) => at === 0 || !isRecovery(words)).map((words) => ({ place: path, words })));
    }
  }
  return found;
}

/** grub-mkconfig writes such an entry after each kernel's own. */
function isRecovery(words: readonly string[]): boolean {
  return words.includes("single") || words.includes("recovery");
}

/** The lines that a machine really boots with, where the image has a boot loader's configuration. */
export async function bootLines(image: Image): Promise<CommandLine[]> {
  return (await commandLines(image)).filter(({ place }) => place.startsWith("/boot/"));
}
