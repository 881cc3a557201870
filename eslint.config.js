import js from "@eslint/js";
import globals from "globals";

export default [
  { ignores: ["static/leaflet/", "static/built/", "benchmarks/apps/static/", "build/", ".cache/", ".venv*/"] },
  js.configs.recommended,
  {
    linterOptions: { reportUnusedDisableDirectives: "error" },
    languageOptions: { ecmaVersion: 2023, sourceType: "module" },
    rules: {
      "array-callback-return": "error",
      "default-case-last": "error",
      eqeqeq: "error",
      "no-constructor-return": "error",
      "no-else-return": "error",
      "no-eval": "error",
      "no-implicit-coercion": ["error", { boolean: false }],
      "no-implicit-globals": ["error", { lexicalBindings: true }],
      "no-implied-eval": "error",
      "no-loop-func": "error",
      "no-new-func": "error",
      "no-param-reassign": "error",
      "no-promise-executor-return": "error",
      "no-self-compare": "error",
      "no-shadow": ["error", { builtinGlobals: false, hoist: "functions" }],
      "no-template-curly-in-string": "error",
      "no-throw-literal": "error",
      "no-unmodified-loop-condition": "error",
      "no-unreachable-loop": "error",
      "no-unused-expressions": "error",
      "no-use-before-define": ["error", { functions: false, variables: false }],
      "no-useless-assignment": "error",
      "no-useless-concat": "error",
      "no-useless-return": "error",
      "no-var": "error",
      "object-shorthand": "error",
      "prefer-const": "error",
      "prefer-object-spread": "error",
      "require-atomic-updates": "error",
      radix: "error",
    },
  },
  {
    files: ["static/**/*.js", "pages/**/*.js"],
    languageOptions: { globals: globals.browser },
  },
  {
    // What draws a map has Leaflet from the page; the rest does without.
    files: ["static/map/*.js", "static/*.js"],
    languageOptions: { globals: { L: "readonly" } },
  },
  {
    files: ["tests/js/**/*.js", "*.config.js"],
    languageOptions: { globals: globals.node },
  },
  {
    // A plain script that the benchmarks add to a page.
    files: ["benchmarks/*.js"],
    languageOptions: { sourceType: "script", globals: globals.browser },
  },
];
