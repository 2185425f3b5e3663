import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Eta } from "eta";
import type { PackageHistory } from "#providers/inspection/evidence/changes";
import type { Evidence } from "#providers/inspection/evidence/evidence";
import { pageView } from "#providers/inspection/evidence/page-view";

/** Everything that a template prints by `<%=` is escaped. */
const templates = new Eta({ views: join(import.meta.dirname, "templates"), cache: true });

/** The evidence as one page that needs nothing beside it: no script, no network, for the screen and for paper. */
export function evidencePage(evidence: Evidence, changes?: PackageHistory): string {
  const style = readFileSync(join(import.meta.dirname, "templates", "style.css"), "utf8");
  return templates.render("page", { ...pageView(evidence, changes), style });
}
