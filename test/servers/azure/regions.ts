import { invalid } from "./arm-error.ts";

/** How Azure shows its regions; it takes both names, and gives this one in target regions. */
const shown = ["West Europe", "North Europe", "East US", "East US 2", "West US", "West US 2", "West US 3", "Central US", "UK South", "Sweden Central", "Germany West Central", "France Central", "Southeast Asia", "Australia East"];
const byName = new Map(shown.map((name) => [regionName(name), name]));

/** `westeurope` for `West Europe`. */
export function regionName(region: string): string {
  return region.toLowerCase().replaceAll(" ", "");
}

/** `West Europe` for `westeurope`. */
export function shownRegion(region: string): string {
  const name = byName.get(regionName(region));
  if (!name) throw invalid("location", `The provided location '${region}' is not available for resource type.`);
  return name;
}
