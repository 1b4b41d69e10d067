/** Prints, as JSON, the variables by which a deployment's processes know the models and the compiler of this checkout. */
import path from "node:path";
import { compilerRevision, identifyInterpreter, listInterpreters } from "@weightsmith/programs";

const folder = path.resolve(import.meta.dirname, "../models");
const names = await listInterpreters(folder);
const interpreters = await Promise.all(names.map((name) => identifyInterpreter(folder, name)));
console.log(
  JSON.stringify({
    WEIGHTSMITH_INTERPRETERS: JSON.stringify(interpreters),
    WEIGHTSMITH_COMPILER_REVISION: compilerRevision,
  }),
);
