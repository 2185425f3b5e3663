import type { Rule } from "#providers/inspection/hygiene/rule";
import { rules, themes } from "#providers/inspection/hygiene/rules";

const head = `<!-- Generated from providers/inspection/hygiene/rules by \`npm run schema\`. Change it there. -->

# Hygiene rules

Before any site gets an image it is held against ${rules.length} rules, offline: its files and the free blocks of its root file system are read as they lie
on the disk. A finding of the severity \`gates.hygiene.failOn\` (default \`low\`) or worse stops the release; \`info\` is for the reader.

A finding that is meant is waived, for a time: a key or a sudo rule of a user whom the image's setting \`users\` declares, a mirror of your own. What a
waiver's \`place\` is compared with stands in the evidence; accounts are \`/etc/shadow:<user>\` or \`/etc/passwd:<user>\`.

\`\`\`yaml
imagefleet:waivers:
  - rule: hygiene/authorized-keys
    image: debian-12
    place: /home/ops/.ssh/authorized_keys
    reason: the operators' key, declared in the setting users
    expires: "2027-03-31"
\`\`\`

Some rules are asked only of children for a target: a box for Vagrant must have its user, key and sudo rule, which for every other image are findings.
`;

/** `docs/hygiene.md`. */
export function hygieneReference(): string {
  const sections = Object.entries(themes).map(([theme, list]) => `\n## ${theme}\n\n| Rule | Severity | Wanted, and why | How to mend it |\n|---|---|---|---|\n${list.map(row).join("")}`);
  return head + sections.join("");
}

function row({ id, title, why, mend, severity, source }: Rule): string {
  const from = source ? ` *${source}*` : "";
  const cells = [`\`${id}\``, severity, `**${title}.** ${why}${from}`, mend];
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |\n`;
}
