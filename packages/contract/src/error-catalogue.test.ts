import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { AppError, toAppError } from "./error.ts";
import { CATALOGUE, ERROR_CODES, errorPage, isErrorCode } from "./error-catalogue.ts";

const pages = path.join(import.meta.dirname, "../../../docs/errors");

test("every code has its page and every page its code", () => {
  const files = readdirSync(pages).filter((file) => file !== "README.md");
  expect(files.sort()).toEqual(ERROR_CODES.map((code) => `${code}.md`).sort());
});

test.each(ERROR_CODES)("the page of %s says what the catalogue says", (code) => {
  expect(readFileSync(path.join(pages, `${code}.md`), "utf8")).toBe(errorPage(code));
  expect(readFileSync(path.join(pages, "README.md"), "utf8")).toContain(`[${code}](${code}.md)`);
});

test.each(ERROR_CODES)("%s is named noun.what and only errors that can pass are retryable", (code) => {
  expect(code).toMatch(/^[a-z_]+\.[a-z_]+$/);
  const { status, retryable } = CATALOGUE[code];
  if (status === 429 || status === 503) expect(retryable).toBe(true);
  if (status < 409) expect(retryable).toBe(false);
});

test("an error carries the catalogue's status and texts unless it is given better ones", () => {
  const plain = new AppError("spec.empty");
  expect(plain.status).toBe(422);
  expect(plain.toProblem()).toEqual({
    code: "spec.empty",
    title: CATALOGUE["spec.empty"].title,
    message: CATALOGUE["spec.empty"].happened,
    remedy: CATALOGUE["spec.empty"].fix,
    retryable: false,
  });
  const precise = new AppError("examples.malformed_line", {
    message: "Line 3 is bad.",
    remedy: "Mend it.",
    context: { line: 3 },
  });
  expect(precise.toProblem()).toMatchObject({
    message: "Line 3 is bad.",
    remedy: "Mend it.",
    details: { line: 3 },
  });
});

test("a stored problem becomes the same error again, and an unknown code an internal error", () => {
  const error = new AppError("run.timeout", { message: "Took 30 s.", context: { seconds: 30 } });
  expect(AppError.fromProblem(error.toProblem()).toProblem()).toEqual(error.toProblem());
  expect(AppError.fromProblem({ ...error.toProblem(), code: "from.the_future" }).code).toBe("internal.error");
  expect(isErrorCode("toString")).toBe(false);
});

test("what is not an AppError becomes an internal error that does not show its message", () => {
  const secret = new Error("password=hunter2");
  const error = toAppError(secret);
  expect(error.code).toBe("internal.error");
  expect(JSON.stringify(error.toProblem())).not.toContain("hunter2");
  expect(error.cause).toBe(secret);
  expect(toAppError(error)).toBe(error);
});
