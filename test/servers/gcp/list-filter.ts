import { GoogleError } from "./google-error.ts";

type Test = (item: object) => boolean;

/**
 * Filters of lists as Compute Engine reads them: `name = a`, `labels.b != "c"`, `labels.d:*`, joined by AND, OR or nothing, with
 * parentheses; `eq` and `ne` take regular expressions for the whole value.
 * @throws GoogleError where it is no filter
 */
export function listFilter(filter: string): Test {
  const tokens = [...filter.matchAll(/\(|\)|"(?:\\.|[^"\\])*"|!=|[:=]|[^\s()"=:!]+/g)].map(([token]) => token);
  const parser = new Parser(tokens);
  const test = parser.any();
  if (parser.left) throw wrong(filter);
  return test;
}

function wrong(filter: string): GoogleError {
  return new GoogleError(400, "invalid", `Invalid value for field 'filter': '${filter}'. Invalid list filter expression.`);
}

class Parser {
  readonly #tokens: string[];
  #at = 0;

  constructor(tokens: string[]) {
    this.#tokens = tokens;
  }

  get left(): boolean {
    return this.#at < this.#tokens.length;
  }

  any(): Test {
    const tests = [this.#all()];
    while (this.#accept("OR")) tests.push(this.#all());
    return (item) => tests.some((test) => test(item));
  }

  #all(): Test {
    const tests = [this.#one()];
    while (this.left && this.#tokens[this.#at] !== ")" && this.#tokens[this.#at] !== "OR") {
      this.#accept("AND");
      tests.push(this.#one());
    }
    return (item) => tests.every((test) => test(item));
  }

  #one(): Test {
    if (this.#accept("(")) {
      const test = this.any();
      if (!this.#accept(")")) throw wrong(this.#tokens.join(" "));
      return test;
    }
    const [field, operator, value] = [this.#tokens[this.#at++], this.#tokens[this.#at++], this.#tokens[this.#at++]];
    if (field === undefined || operator === undefined || value === undefined) throw wrong(this.#tokens.join(" "));
    return comparison(field, operator, value.startsWith("\"") ? (JSON.parse(value) as string) : value, this.#tokens.join(" "));
  }

  #accept(token: string): boolean {
    if (this.#tokens[this.#at] !== token) return false;
    this.#at++;
    return true;
  }
}

function comparison(field: string, operator: string, value: string, filter: string): Test {
  const found = (item: object): string | undefined => {
    const [first = "", ...rest] = field.split(".");
    let one: unknown = (item as Record<string, unknown>)[first];
    if (rest.length) one = (one as Record<string, unknown> | undefined)?.[rest.join(".")];
    return one === undefined ? undefined : String(one);
  };
  switch (operator) {
    case "=": return (item) => found(item) === value;
    case "!=": return (item) => found(item) !== value;
    case ":": return (item) => (value === "*" ? found(item) !== undefined : (found(item)?.includes(value.replaceAll("*", "")) ?? false));
    case "eq": return (item) => new RegExp(`^(?:${value})$`).test(found(item) ?? "");
    case "ne": return (item) => !new RegExp(`^(?:${value})$`).test(found(item) ?? "");
    default: throw wrong(filter);
  }
}
