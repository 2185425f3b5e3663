import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import type { Fields, ResourceTypes, Shape } from "./shape.ts";

/**
 * Reads a resource's declarations of an SDK: its class for the outputs, its `Args` and what they refer to for the inputs.
 * @param module path below `dir` without its ending: `ec2/ami`
 */
export function parseTypes(dir: string, module: string, type: string): ResourceTypes {
  const own = interfaces(parse(join(dir, `${module}.d.ts`)));
  const args = own.declared.get(`${type}Args`);
  if (!args) throw new Error(`the SDK in ${dir} declares no ${type}Args in ${module}.d.ts`);
  let nested: Map<string, ts.InterfaceDeclaration> | undefined;
  const find = (name: string): ts.InterfaceDeclaration => {
    nested ??= interfaces(parse(join(dir, "types/input.d.ts"))).declared;
    const found = nested.get(name);
    if (!found) throw new Error(`the SDK in ${dir} declares no input type ${name}`);
    return found;
  };
  return { inputs: new Reader(find).fields(args), outputs: own.outputs.get(type) ?? [] };
}

function parse(file: string): ts.SourceFile {
  return ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.ES2022);
}

interface Declarations {
  /** By name with namespaces: `ec2.AmiEbsBlockDevice`. */
  readonly declared: Map<string, ts.InterfaceDeclaration>;
  /** Names of a class's properties that are outputs. */
  readonly outputs: Map<string, string[]>;
}

function interfaces(source: ts.SourceFile): Declarations {
  const found: Declarations = { declared: new Map(), outputs: new Map() };
  const visit = (statements: readonly ts.Statement[], prefix: string): void => {
    for (const one of statements) {
      if (ts.isInterfaceDeclaration(one)) found.declared.set(prefix + one.name.text, one);
      if (ts.isClassDeclaration(one) && one.name) found.outputs.set(one.name.text, one.members.filter(ts.isPropertyDeclaration).map(nameOf));
      if (ts.isModuleDeclaration(one) && one.body) visitModule(one, prefix);
    }
  };
  const visitModule = ({ name, body }: ts.ModuleDeclaration, prefix: string): void => {
    if (body && ts.isModuleBlock(body)) visit(body.statements, `${prefix}${name.text}.`);
    else if (body && ts.isModuleDeclaration(body)) visitModule(body, `${prefix}${name.text}.`);
  };
  visit(source.statements, "");
  return found;
}

function nameOf({ name }: ts.PropertyDeclaration | ts.PropertySignature): string {
  if (name && (ts.isIdentifier(name) || ts.isStringLiteral(name))) return name.text;
  throw new Error("a property with no plain name");
}

class Reader {
  readonly #find: (name: string) => ts.InterfaceDeclaration;
  /** Of interfaces being read: one within itself is taken as it comes. */
  readonly #within = new Set<string>();

  constructor(find: (name: string) => ts.InterfaceDeclaration) {
    this.#find = find;
  }

  fields(declaration: ts.InterfaceDeclaration): Fields {
    const properties = declaration.members.filter(ts.isPropertySignature);
    return Object.fromEntries(properties.map((one) => [nameOf(one), { shape: one.type ? this.#shape(one.type) : "any", required: !one.questionToken }]));
  }

  #shape(node: ts.TypeNode): Shape {
    if (ts.isParenthesizedTypeNode(node)) return this.#shape(node.type);
    if (ts.isArrayTypeNode(node)) return { array: this.#shape(node.elementType) };
    if (ts.isUnionTypeNode(node)) return oneOf(node.types.filter(({ kind }) => kind !== ts.SyntaxKind.UndefinedKeyword).map((one) => this.#shape(one)));
    if (ts.isTypeLiteralNode(node)) return this.#literal(node);
    if (ts.isTypeReferenceNode(node)) return this.#reference(node);
    if (node.kind === ts.SyntaxKind.StringKeyword) return "string";
    if (node.kind === ts.SyntaxKind.NumberKeyword) return "number";
    if (node.kind === ts.SyntaxKind.BooleanKeyword) return "boolean";
    return "any";
  }

  #literal(node: ts.TypeLiteralNode): Shape {
    const index = node.members.find(ts.isIndexSignatureDeclaration);
    return index ? { map: this.#shape(index.type) } : "any";
  }

  #reference({ typeName, typeArguments }: ts.TypeReferenceNode): Shape {
    const name = dotted(typeName);
    if (name === "pulumi.Input" && typeArguments?.[0]) return this.#shape(typeArguments[0]);
    if (name.startsWith("enums.")) return "any"; // a string or a number
    if (!name.startsWith("inputs.") || this.#within.has(name)) return "any";
    this.#within.add(name);
    const object = this.fields(this.#find(name.slice("inputs.".length)));
    this.#within.delete(name);
    return { object };
  }
}

function oneOf(shapes: readonly Shape[]): Shape {
  if (shapes.includes("any") || shapes.length === 0) return "any";
  return shapes.length === 1 ? shapes[0]! : { oneOf: shapes };
}

function dotted(name: ts.EntityName): string {
  return ts.isIdentifier(name) ? name.text : `${dotted(name.left)}.${name.right.text}`;
}
