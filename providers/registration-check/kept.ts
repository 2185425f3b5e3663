import type { CheckedKind, CheckInputs, KeptInputs } from "#providers/registration-check/inputs";

type Names = Pick<CheckInputs, "site" | "image" | "version" | "format">;
type Place = Pick<CheckInputs, "kind" | "cloud" | "region">;

/** `frankfurt/debian-12@2026.1101.2/qcow2` */
export function joinNames({ site, image, version, format }: Names): string {
  return `${site}/${image}@${version}/${format}`;
}

export function joinPlace({ kind, cloud, region }: Place): string {
  return [kind, cloud, ...(region === undefined ? [] : [region])].join("\n");
}

/** What a check is of and where, taken apart again. */
export function takenApart({ of, where }: Pick<KeptInputs, "of" | "where">): Names & Place {
  const [, site = "", image = "", version = "", format = ""] = /^([^/]*)\/(.*)@(.*)\/(.*)$/.exec(of) ?? [];
  const [kind = "", cloud = "", region] = where.split("\n");
  return { site, image, version, format, kind: kind as CheckedKind, cloud, ...(region !== undefined && { region }) };
}
