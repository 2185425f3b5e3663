/** The stack that something belongs to. */
export interface Owner {
  readonly project: string;
  readonly stack: string;
}

/** How marks, labels and messages name a stack: `shop/prod`. */
export function ownerOf({ project, stack }: Owner): string {
  return `${project}/${stack}`;
}
