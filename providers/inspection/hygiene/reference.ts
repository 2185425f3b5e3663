import type { Rule } from "#providers/inspection/hygiene/rule";
import { rules, themes } from "#providers/inspection/hygiene/rules";

const head = `# Hygiene rules

Generated from \`providers/inspection/hygiene/rules/\` by \`npm run schema\`: do not edit.

Every image is held against ${rules.length} rules before any site gets it, offline: its files and its free blocks are read as they lie in the disk. A finding
of the severity \`gates.hygiene.failOn\` or worse stops the release; \`info\` is for the reader. A finding that is meant, such as the key of a user whom the
image's setting \`users\` declares, is waived in the configuration, by rule, image and place, until a day.
`;

/** `docs/hygiene.md`. */
export function hygieneReference(): string {
  const sections = Object.entries(themes).map(([theme, list]) => `\n## ${theme}\n${list.map(section).join("")}`);
  return head + sections.join("");
}

function section({ id, title, why, mend, severity, source, targets }: Rule): string {
  const only = targets ? `, for ${targets.join(", ")} only` : "";
  const from = source ? `\n- Source: ${source}` : "";
  return `\n### ${id}\n**${title}** (${severity}${only})\n- Why: ${why}\n- Mend: ${mend}${from}\n`;
}
