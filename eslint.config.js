import { createNodeResolver, importX } from "eslint-plugin-import-x";
import tseslint from "typescript-eslint";

const hints = {
  model: "model is pure and imports nothing of ours",
  below: "a layer imports only from the layers below it: model < store, providers/shared < providers < fleet < components < index.ts",
  shell: "components see providers only through their resource.ts",
};

/** What each layer may not import; the folders not named here (tools, test, bench) may import anything. */
const zones = [
  { target: "./model", from: ["./store", "./providers", "./fleet", "./components", "./tools", "./index.ts"], message: hints.model },
  { target: "./store", from: ["./providers", "./fleet", "./components", "./tools", "./index.ts"], message: hints.below },
  { target: "./providers/shared", from: "./providers", except: ["./shared"], message: hints.below },
  { target: "./providers", from: ["./fleet", "./components", "./tools", "./index.ts"], message: hints.below },
  { target: "./fleet", from: ["./components", "./tools", "./index.ts"], message: hints.below },
  { target: "./components", from: ["./store", "./tools", "./index.ts"], message: hints.below },
  { target: "./components", from: "./providers/**/!(resource).ts", message: hints.shell },
  { target: "./index.ts", from: ["./store", "./providers", "./tools"], message: "index.ts is wiring: components and fleet only" },
];

export default tseslint.config(
  { ignores: ["node_modules/", ".imagefleet/", "bench/results*", "**/*.js", "**/*.mjs", "**/*.cjs"] },
  { files: ["**/*.ts"], extends: [tseslint.configs.recommended], linterOptions: { reportUnusedDisableDirectives: "error" } },
  {
    files: ["**/*.ts"],
    plugins: { "import-x": importX },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    settings: { "import-x/resolver-next": [createNodeResolver({ extensions: [".ts", ".js", ".json"], conditionNames: ["node", "import", "default"] })] },
    rules: {
      "import-x/no-restricted-paths": ["error", { basePath: import.meta.dirname, zones }],
      "import-x/no-default-export": "error",
      "import-x/no-duplicates": "error",
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-misused-promises": "error",
      "@typescript-eslint/await-thenable": "error",
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_", ignoreRestSiblings: true }],
      "@typescript-eslint/no-unused-expressions": ["error", { allowTernary: true, allowShortCircuit: true }],
      "max-lines": ["error", { max: 300 }],
      eqeqeq: "error",
      "no-console": "off",
    },
  },
  {
    files: ["components/**/*.ts"],
    rules: {
      "@typescript-eslint/no-restricted-imports": ["error", { patterns: [{ group: ["#fleet/*"], allowTypeImports: true, message: "components take what fleet found as arguments; import its types only" }] }],
    },
  },
  { files: ["*.config.ts"], rules: { "import-x/no-default-export": "off" } },
);
