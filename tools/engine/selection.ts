import { FleetError } from "#model/errors";
import { nearest } from "#model/nearest";
import type { FleetConfig } from "#model/config/types";

export interface Selection {
  /** Names of images and sites; none means all. */
  readonly only: readonly string[];
  readonly except: readonly string[];
  /** Sites that did not answer: left out, with whatever depends on them. */
  readonly unreachable: readonly string[];
}

/**
 * The engine's `--target` and `--exclude` for a choice of images and sites. Patterns match names: `<image>`,
 * `<image>@<version>`, `inspection/<image>@<version>`, `format/<format>/<image>@<version>`, `hold/<image>@<version>` and
 * `<site>/<image>@<version>/<format>`; in the engine's patterns `*` stops only at a colon.
 */
export function selectionArguments(config: FleetConfig, selection: Selection): string[] {
  const names = [...Object.keys(config.images), ...Object.keys(config.sites)];
  for (const name of [...selection.only, ...selection.except]) if (!names.includes(name)) throw unknownName(name, names);
  if (selection.only.length > 0) return targets(config, selection).flatMap((pattern) => ["--target", pattern]);
  const excludes = excluded(config, selection).flatMap((pattern) => ["--exclude", pattern]);
  return excludes.length > 0 ? [...excludes, "--exclude-dependents"] : [];
}

/** Those of all names that a choice takes: where it names none of them, every one that it does not except. */
export function chosen(all: readonly string[], { only, except }: Pick<Selection, "only" | "except">): string[] {
  const named = all.filter((name) => only.includes(name));
  return (named.length > 0 ? named : all).filter((name) => !except.includes(name));
}

/** Images named, with the layers below them; sites named, or all. */
function targets(config: FleetConfig, selection: Selection): string[] {
  const sites = chosen(Object.keys(config.sites), selection).filter((name) => !selection.unreachable.includes(name));
  const images = chosen(Object.keys(config.images), selection);
  const below = new Set(images.flatMap((name) => layersBelow(config, name)));
  return [
    "**::pulumi:pulumi:Stack::*",
    ...[...below].flatMap((image) => [`**OsImage::${image}`, `**::${image}@*`]),
    ...images.flatMap((image) => [`**::inspection/${image}@*`, `**::format/*/${image}@*`, `**::hold/${image}@*`, ...sites.map((site) => `**::${site}/${image}@*`)]),
  ];
}

function layersBelow(config: FleetConfig, name: string): string[] {
  const parent = config.images[name]?.parent;
  return parent === undefined ? [name] : [...layersBelow(config, parent), name];
}

function excluded(config: FleetConfig, { except, unreachable }: Selection): string[] {
  const sites = [...except.filter((name) => name in config.sites), ...unreachable];
  const images = except.filter((name) => name in config.images);
  return [...sites.map((site) => `**::${site}/**`), ...images.flatMap((image) => [`**OsImage::${image}`, `**::${image}@*`, `**/${image}@*`])];
}

function unknownName(name: string, names: readonly string[]): FleetError {
  const near = nearest(name, names);
  return new FleetError({ action: `choose ${name}`, cause: "no image and no site has this name", hint: near ? `did you mean ${near}?` : `there is: ${names.join(", ")}` });
}
