// The printer, the inverse of the parser.
import type { SourceForm } from "./parse.ts";
import type { Operand, Operation, Program } from "./program.ts";

export function printOperand(operand: Operand): string {
  switch (operand.kind) {
    case "constant":
      return String(operand.value);
    case "direct":
      return `$${operand.cell}`;
    case "indirect":
      return `$$${operand.cell}`;
  }
}

export function printOperation({ mnemonic, target, source }: Operation, separator = ","): string {
  if (mnemonic === "lpe") return mnemonic;
  const plainLoop = mnemonic === "lpb" && source.kind === "constant" && source.value === 1;
  return `${mnemonic} ${printOperand(target)}${plainLoop ? "" : separator + printOperand(source)}`;
}

/**
 * The canonical text of a program: directives, a blank line, then the operations, loop bodies indented by two blanks.
 * The `pipes` form has no room for directives: the offset is dropped there.
 */
export function print(program: Program, form: SourceForm = "assembly"): string {
  if (form === "pipes")
    return program.operations.map((operation) => printOperation(operation, " ")).join(" | ");
  const head = [
    ...(program.offset === 0 ? [] : [`#offset ${program.offset}`]),
    ...(program.inputs === undefined ? [] : [`#inputs ${program.inputs}`]),
    ...(program.outputs === undefined ? [] : [`#outputs ${program.outputs}`]),
  ];
  const lines = head.length > 0 ? [...head, ""] : [];
  let depth = 0;
  for (const operation of program.operations) {
    if (operation.mnemonic === "lpe") depth = Math.max(0, depth - 1);
    lines.push("  ".repeat(depth) + printOperation(operation));
    if (operation.mnemonic === "lpb") depth++;
  }
  return `${lines.join("\n")}\n`;
}
