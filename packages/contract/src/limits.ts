/** Limits that callers meet, in one place; the error that names a limit and the schema that enforces it read it here. */
export const LIMITS = {
  specCharacters: 16_000,
  examples: 10_000,
  /** What a method that trains needs at least: one example to learn from and one to be measured on. */
  examplesForTraining: 2,
  exampleInputCharacters: 8_000,
  exampleOutputCharacters: 8_000,
  runInputs: 1_000,
  runInputCharacters: 8_000,
  nameCharacters: 100,
  tags: 20,
  tagCharacters: 40,
  noteCharacters: 1_000,
  parents: 20,
  constraintLabels: 1_000,
  constraintCharacters: 64_000,
  patternCharacters: 1_000,
  /** Tokens of one answer. */
  answerTokens: 512,
  webhookUrlCharacters: 2_000,
  idempotencyKeyCharacters: 200,
  /** A file whose bytes go straight to the object store. */
  uploadBytes: 1024 ** 3,
  /** A file whose bytes go through the API: what every gateway lets through. */
  formBytes: 4 * 1024 * 1024,
  fileNameCharacters: 200,
  /** One line of a batch. */
  batchLineBytes: 256 * 1024,
  /** One request body. */
  bodyBytes: 4 * 1024 * 1024,
  /** The longest a request may be held open by `Prefer: wait=N`. */
  waitSeconds: 25,
  pageItems: 100,
  /** Levels of nested arrays and objects in a value that a caller may give freely. */
  jsonDepth: 32,
} as const;
