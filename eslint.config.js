import tseslint from "typescript-eslint";

const layers = ["model", "store", "providers", "fleet", "components", "policy", "tools", "test"];
const below = "a layer imports only from the layers below it: model < store, providers/shared < providers < fleet < components < index.ts";

/** Forbids the imports of whole layers, by `#layer/...` and by relative paths that lead there. */
function without(names, message) {
  const list = names.join("|");
  return { regex: `^(#(${list})/|\\.\\.?/(.*/)?(${list})/)`, message };
}

/** What the files of a layer may import of ours, beside their own folder. */
function layer(files, may, extra = [], message = below) {
  const patterns = [without(layers.filter((name) => !may.includes(name)), message), ...extra];
  return { files, rules: { "@typescript-eslint/no-restricted-imports": ["error", { patterns }] } };
}

const boundaries = [
  layer(["model/**/*.ts"], ["model"], [], "model is pure and imports nothing of ours"),
  layer(["store/**/*.ts"], ["model", "store"]),
  layer(["providers/**/*.ts"], ["model", "store", "providers"]),
  layer(["providers/shared/**/*.ts"], ["model", "store", "providers"], [{ regex: "^#providers/(?!shared/)|^\\.\\./(?!shared/)", message: below }]),
  layer(["fleet/**/*.ts"], ["model", "store", "providers", "fleet"]),
  layer(["components/**/*.ts"], ["model", "components", "fleet", "providers"], [
    { regex: "^#providers/(?!.*/resource$)", message: "components see providers only through their resource.ts" },
    { regex: "^#fleet/", allowTypeImports: true, message: "components take what fleet found as arguments; import its types only" },
  ]),
  layer(["policy/**/*.ts"], ["model", "policy"], [], "policies judge what is declared, by the words of the model alone"),
  layer(["index.ts"], ["model", "components", "fleet"], [], "index.ts is wiring: components and fleet only"),
];

export default tseslint.config(
  { ignores: ["node_modules/", ".imagefleet/", "bench/results*", "sdks/", "**/*.js", "**/*.cjs"] },
  { files: ["**/*.ts"], extends: [tseslint.configs.recommended], linterOptions: { reportUnusedDisableDirectives: "error" } },
  {
    files: ["**/*.ts"],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "no-restricted-exports": ["error", { restrictDefaultExports: { direct: true, named: true, defaultFrom: true, namedFrom: true, namespaceFrom: true } }],
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-misused-promises": "error",
      "@typescript-eslint/await-thenable": "error",
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_", ignoreRestSiblings: true }],
      "@typescript-eslint/no-unused-expressions": ["error", { allowTernary: true, allowShortCircuit: true }],
      "max-lines": ["error", { max: 300 }],
      eqeqeq: "error",
    },
  },
  // plain JavaScript: what runs before packages are installed, and a worker that must not wait for its types to be stripped
  {
    files: ["**/*.mjs"],
    extends: [tseslint.configs.recommended],
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: { "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }], "no-undef": "error", "max-lines": ["error", { max: 300 }], eqeqeq: "error" },
    languageOptions: { globals: Object.fromEntries(["Buffer", "clearInterval", "console", "process", "setInterval"].map((name) => [name, "readonly"])) },
  },
  ...boundaries,
  { files: ["*.config.ts"], rules: { "no-restricted-exports": "off" } },
);
