// What shows a program to people, and needs neither files nor models: for the page.
export { parse } from "./language/parse.ts";
export { type ExplainedLine, explain, type Trace, type TraceEntry, trace } from "./transform/explain.ts";
