export { fromAceText, fromJsonLines, parsePlaybook, toAceText, toJsonLines } from "./format.ts";
export {
  applyOperations,
  countUse,
  deduplicate,
  diffPlaybooks,
  type Entry,
  emptyPlaybook,
  mergePlaybooks,
  type Operation,
  type Playbook,
  type PlaybookDiff,
  prune,
} from "./playbook.ts";
export { type Retrieved, Retriever } from "./retrieve.ts";
