/**
 * Who may import whom. The arrows are those of docs/architecture.md; `npm run check` enforces them.
 * A package is named by its folder; each rule lists what that folder may reach besides itself and node_modules.
 */
const may = {
  "packages/contract": [],
  "packages/autodiff": [],
  "packages/onnx": ["packages/autodiff"],
  "packages/nn": ["packages/autodiff", "packages/onnx"],
  "packages/programs": ["packages/contract", "packages/nn", "packages/onnx", "packages/autodiff"],
  "packages/loda": ["packages/nn", "packages/onnx", "packages/autodiff"],
  "packages/codegen": ["packages/contract", "packages/nn", "packages/onnx", "packages/autodiff"],
  "packages/specialists": ["packages/contract", "packages/nn", "packages/onnx", "packages/autodiff"],
  "packages/experiments": ["packages/contract", "packages/nn", "packages/onnx", "packages/autodiff"],
  "packages/core": ["packages/contract"],
  "packages/client": ["packages/contract"],
  "packages/embedded": [],
  /** Of LODA what reads and traces programs; of the others what their `browser` condition exports. */
  "packages/web": [
    "packages/client",
    "packages/contract",
    "packages/loda",
    "packages/nn",
    "packages/onnx",
    "packages/programs",
  ],
  functions: ["packages/core", "packages/contract"],
  /** Runs small interpreters; the one part of the API that may. */
  "functions/src/run": [
    "functions",
    "packages/core",
    "packages/contract",
    "packages/programs",
    "packages/specialists",
  ],
};

/** Folders inside others that have a rule of their own. */
const apart = { functions: "^functions/src/run/" };

const anywhere = "^(packages|functions|gpu-worker|infra)/";
/** Tests may use the fixtures; nothing that ships may. */
const tests = "\\.test\\.ts$|/test/";

module.exports = {
  forbidden: [
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true } },
    {
      name: "no-unresolvable",
      severity: "error",
      from: { path: anywhere },
      // Pulumi's packages come with sst, which is installed apart; addresses of files are the bundler's business.
      to: { couldNotResolve: true, pathNot: "^(node:|bun:|@pulumi/)|\\?url$" },
    },
    ...Object.entries(may).map(([folder, targets]) => ({
      name: `layers:${folder}`,
      severity: "error",
      from: { path: `^${folder}/`, pathNot: [tests, apart[folder]].filter(Boolean) },
      to: { path: anywhere, pathNot: [folder, ...targets].map((target) => `^${target}/`) },
    })),
    {
      name: "fixtures-stay-in-tests",
      severity: "error",
      from: { path: anywhere, pathNot: `${tests}|^packages/(testing|bench)/` },
      to: { path: "^packages/testing/" },
    },
    {
      name: "one-importer-of-onnxruntime",
      comment: "Sessions live in packages/onnx; the page's in-browser runner is the one other place.",
      severity: "error",
      from: { path: anywhere, pathNot: "^packages/(onnx|web|bench)/" },
      to: { path: "node_modules/onnxruntime" },
    },
    {
      name: "infra-imports-no-package",
      severity: "error",
      from: { path: "^infra/", pathNot: tests },
      to: { path: "^(packages|functions|gpu-worker)/" },
    },
    {
      name: "no-machine-learning-in-the-api",
      severity: "error",
      from: { path: "^functions/", pathNot: `${tests}|^functions/(src/)?run/` },
      to: { path: "^packages/(autodiff|onnx|nn|programs|loda|codegen|experiments|specialists)/" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "(^|/)(dist|coverage)/|^packages/bench/peers/" },
    parser: "swc",
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default"],
      extensions: [".ts", ".tsx", ".mjs", ".js", ".cjs", ".json"],
    },
  },
};
