/**
 * Every error a caller can meet: code → HTTP status, whether trying the same again can help, a title, what happened and
 * how to fix it. `docs/errors/CODE.md` is a page for each; a test holds the two together
 * (`node packages/contract/bin/write-error-pages.ts` writes the pages).
 */
import { LIMITS } from "./limits.ts";

export type ErrorStatus = 400 | 401 | 403 | 404 | 405 | 408 | 409 | 413 | 415 | 422 | 429 | 500 | 503 | 504;

export interface CatalogueEntry {
  readonly status: ErrorStatus;
  /** Whether the same request may succeed later, with nothing changed by the caller. */
  readonly retryable: boolean;
  readonly title: string;
  readonly happened: string;
  readonly fix: string;
}

const count = (value: number) => value.toLocaleString("en-US");

export const CATALOGUE = {
  // The request as a whole
  "request.invalid_json": {
    status: 400,
    retryable: false,
    title: "The body is not JSON",
    happened: "The request body could not be parsed as JSON (RFC 8259).",
    fix: "Send one JSON object in UTF-8. The details name the position where parsing stopped: look there for a trailing comma, a single quote or a missing bracket.",
  },
  "request.invalid": {
    status: 422,
    retryable: false,
    title: "A field has an unusable value",
    happened: "A field of the request has the wrong type, or a value outside what is allowed.",
    fix: "Correct the field that the message names; details.issues lists every field that was wrong. The API reference at /docs shows each field's type and limits.",
  },
  "request.missing_field": {
    status: 422,
    retryable: false,
    title: "A required field is missing",
    happened: "The request lacks a field that this endpoint needs.",
    fix: "Add the field that the message names. Names are in camelCase.",
  },
  "request.unknown_field": {
    status: 422,
    retryable: false,
    title: "A field is not known",
    happened:
      "The request has a field that this endpoint does not know. Unknown fields are refused, so that a misspelt option is never ignored in silence.",
    fix: "Remove the field, or correct its spelling: names are in camelCase. The message lists the fields that are known.",
  },
  "request.invalid_text": {
    status: 422,
    retryable: false,
    title: "A text cannot be stored",
    happened:
      "A text holds a NUL character (U+0000) or half of a surrogate pair, which valid UTF-8 text cannot hold.",
    fix: "Remove the character. It usually comes from reading a binary file as text or from cutting a string in the middle of an emoji.",
  },
  "request.invalid_parameter": {
    status: 400,
    retryable: false,
    title: "A query parameter or header is unusable",
    happened: "A query parameter or a header has a value that this endpoint cannot use.",
    fix: "Correct the parameter that the message names, or leave it out to get its default.",
  },
  "request.too_large": {
    status: 413,
    retryable: false,
    title: "The body is too large",
    happened: `The request body is larger than ${count(LIMITS.bodyBytes)} bytes.`,
    fix: "Send fewer or shorter examples. A few hundred good examples teach a program as much as many thousands.",
  },
  "request.unsupported_media_type": {
    status: 415,
    retryable: false,
    title: "The body's type is not supported",
    happened: "The request has a body whose Content-Type is not application/json.",
    fix: "Send the header `Content-Type: application/json` and a JSON body in UTF-8, not compressed.",
  },
  "route.not_found": {
    status: 404,
    retryable: false,
    title: "There is nothing at this address",
    happened: "No endpoint has this path.",
    fix: "Compare the path with the API reference at /docs. Paths start with /v1 and have no slash at the end.",
  },
  "route.method_not_allowed": {
    status: 405,
    retryable: false,
    title: "This address does not answer to this method",
    happened: "The path exists, but not for this HTTP method.",
    fix: "Use one of the methods that the Allow header lists.",
  },

  // Who is asking
  "auth.missing_key": {
    status: 401,
    retryable: false,
    title: "An API key is needed",
    happened: "The request has no API key, and this endpoint needs one.",
    fix: "Send `Authorization: Bearer wsk_…`. The local stack writes a key to its data folder when it first starts; `weightsmith keys create` makes another.",
  },
  "auth.invalid_key": {
    status: 401,
    retryable: false,
    title: "The API key is not valid",
    happened: "The API key is not one that this server issued, or it has been revoked.",
    fix: "Check that the whole key was copied and that it belongs to this server. Keys are shown only once: if it is lost, make a new one and revoke the old one.",
  },
  "key.not_found": {
    status: 404,
    retryable: false,
    title: "No such API key",
    happened: "Your workspace has no API key with this id.",
    fix: "List the keys with GET /v1/keys. The id starts with `key_`; it is not the secret, which starts with `wsk_`.",
  },
  "rate_limit.exceeded": {
    status: 429,
    retryable: true,
    title: "Too many requests",
    happened: "This API key, or this address when there is no key, has used up its requests for the moment.",
    fix: "Wait for the seconds that the Retry-After header names. X-RateLimit-Remaining on every answer says how many requests are left.",
  },
  "quota.exceeded": {
    status: 429,
    retryable: true,
    title: "The workspace's quota is used up",
    happened: "The workspace has as many unfinished jobs as its quota allows.",
    fix: "Wait for running jobs to finish, cancel those that are not needed (DELETE /v1/jobs/{id}), or ask the operator for a larger quota. GET /v1/usage shows what is used.",
  },
  "idempotency.invalid_key": {
    status: 400,
    retryable: false,
    title: "The idempotency key is unusable",
    happened: `The Idempotency-Key header is empty, longer than ${LIMITS.idempotencyKeyCharacters} characters, or has characters other than printable ASCII.`,
    fix: "Send a fresh random value, such as a UUID, for each operation, and the same value again only when you repeat that operation.",
  },
  "idempotency.key_reused": {
    status: 422,
    retryable: false,
    title: "The idempotency key belongs to another request",
    happened: "The same Idempotency-Key was used before with a different request.",
    fix: "Use a new key for a new request. Repeat a request with its key only when the body is the same.",
  },

  // What to compile
  "spec.empty": {
    status: 422,
    retryable: false,
    title: "The spec is empty",
    happened: "The spec has no characters other than white space.",
    fix: 'Say in a sentence or two what the program should do, for example: "Return the file extension of a path, in lower case."',
  },
  "spec.too_long": {
    status: 422,
    retryable: false,
    title: "The spec is too long",
    happened: `The spec is longer than ${count(LIMITS.specCharacters)} characters.`,
    fix: "Keep the rules and move sample data out of the spec and into examples.",
  },
  "examples.invalid": {
    status: 422,
    retryable: false,
    title: "An example is unusable",
    happened: "An example is not an object with the two texts `input` and `output`, and nothing else.",
    fix: 'Write each example as {"input": "…", "output": "…"}. Both are strings: quote a number, and write a JSON answer as a string. The message names the example.',
  },
  "examples.malformed_line": {
    status: 422,
    retryable: false,
    title: "A line of examples is not JSON",
    happened: "A line of the JSON Lines examples could not be parsed as JSON.",
    fix: 'Each line is one whole JSON object such as {"input": "…", "output": "…"}, with line breaks inside texts written as \\n. The message names the line.',
  },
  "examples.contradictory": {
    status: 422,
    retryable: false,
    title: "Two examples contradict each other",
    happened:
      "The same input occurs in two examples with different outputs, so no function can satisfy both.",
    fix: "Keep the right one. If both are right, the output depends on something that the input does not show: add it to the input.",
  },
  "examples.too_few": {
    status: 422,
    retryable: false,
    title: "There are too few examples",
    happened: `The method trains, and needs at least ${LIMITS.examplesForTraining} different examples: one to learn from and one to be measured on.`,
    fix: "Give more examples (8 to 50 work well), or choose the method `context`, which trains nothing and needs none.",
  },
  "examples.too_many": {
    status: 422,
    retryable: false,
    title: "There are too many examples",
    happened: `There are more than ${count(LIMITS.examples)} examples.`,
    fix: "Send a sample. A few hundred varied examples teach a program as much as many thousands.",
  },
  "examples.too_long": {
    status: 422,
    retryable: false,
    title: "An example is too long",
    happened: `An example's input or output is longer than ${count(LIMITS.exampleInputCharacters)} characters, or longer than the interpreter can read at once.`,
    fix: "Shorten the example that the message names, or leave it out.",
  },
  "method.unknown": {
    status: 422,
    retryable: false,
    title: "The method is not known",
    happened: "There is no compile method of this name.",
    fix: "Use one of the methods that the message lists, or leave `method` out to get `auto`.",
  },
  "interpreter.unknown": {
    status: 422,
    retryable: false,
    title: "The interpreter is not known",
    happened: "This server has no interpreter of this name.",
    fix: "Use one of the interpreters that the message lists, or leave `interpreter` out to get the default.",
  },
  "interpreter.unavailable": {
    status: 503,
    retryable: true,
    title: "The interpreter's weights are not on the machine",
    happened: "The interpreter is known, but the machine that should run it has not got its weights.",
    fix: "Put the model's folder where the message says, or let the worker reach the place that has it, and try again. Another interpreter can be chosen meanwhile.",
  },
  "interpreter.no_compiler": {
    status: 422,
    retryable: false,
    title: "The interpreter has no amortised compiler",
    happened:
      "The method `fast` needs a compiler network that was trained for the interpreter, and this interpreter has none.",
    fix: "Use the method `train`, `lora` or `context`, choose another interpreter, or train a compiler with `weightsmith train compiler`.",
  },
  "kind.unknown": {
    status: 422,
    retryable: false,
    title: "The kind is not known",
    happened: "This endpoint makes no programs of this kind.",
    fix: "Use one of the kinds that the message lists.",
  },
  "kind.unavailable": {
    status: 422,
    retryable: false,
    title: "The kind is not served here",
    happened: "The kind is known, but no worker of this server makes it.",
    fix: "Use one of the kinds that the message lists, or ask the operator to start a worker for it.",
  },
  "webhook.invalid_url": {
    status: 422,
    retryable: false,
    title: "The webhook's address is unusable",
    happened: "The webhook's address is not an absolute https URL without credentials.",
    fix: "Give an address such as https://example.com/hooks/weightsmith. Plain http is accepted in local mode only.",
  },
  "webhook.private_address": {
    status: 422,
    retryable: false,
    title: "The webhook's address is not public",
    happened:
      "The webhook's host is, or resolves to, a private, loopback, link-local or otherwise reserved address.",
    fix: "Give an address that can be reached from the internet. In local mode private addresses are accepted.",
  },

  // Specialists
  "specialist.invalid_name": {
    status: 422,
    retryable: false,
    title: "The specialist's name is misspelt",
    happened:
      "A specialist is named by a word of 1 to 50 lower-case letters, digits, - and _; `general` is the generalist.",
    fix: "Use another name, such as `datascience`.",
  },
  "specialist.not_found": {
    status: 404,
    retryable: false,
    title: "There is no such specialist",
    happened: "This workspace has no specialist of that name, or it was deleted.",
    fix: "List the specialists with GET /v1/specialists.",
  },
  "specialist.exists": {
    status: 409,
    retryable: false,
    title: "The specialist exists already",
    happened: "There is a specialist of that name, or one is being trained or deleted.",
    fix: "Delete it first to train it anew, or choose another name.",
  },
  "specialist.last": {
    status: 409,
    retryable: false,
    title: "The last specialist cannot be deleted",
    happened: "A mixture needs at least one specialist beside the generalist.",
    fix: "Add another specialist first.",
  },
  "specialist.not_ready": {
    status: 409,
    retryable: true,
    title: "The generalist is not trained yet",
    happened:
      "The workspace's first start has not finished: the tokenizer, the generalist or the first specialist is still missing.",
    fix: "Start it with POST /v1/specialists/initialize, follow its job, and try again when GET /v1/specialists/status says `initialized`.",
  },
  "corpus.missing": {
    status: 400,
    retryable: false,
    title: "The corpus is missing",
    happened: "There are no .txt files under that name.",
    fix: "Upload text first: POST /v1/specialists/{name}/corpus gives a link for each file.",
  },
  "corpus.empty": {
    status: 400,
    retryable: false,
    title: "The corpus has too little text",
    happened: "The corpus's files are empty, or hold too little to learn from and to measure on.",
    fix: "Add text: some tens of paragraphs at least, separated by blank lines. The details say how much was found.",
  },

  // Experiments
  "task.unknown": {
    status: 422,
    retryable: false,
    title: "The task is not known",
    happened: "There is no registered task of this name for experiments.",
    fix: "Use one of the tasks that the message lists, or send the questions themselves as `dataset`.",
  },
  "dataset.invalid": {
    status: 422,
    retryable: false,
    title: "The data set is unusable",
    happened: "A data set of questions is not JSON, has wrong keys, or holds the same id twice.",
    fix: "Give every item the texts `id`, `question` and `answer` and, if you like, `context` and `domain`. The message names the item's index and the key.",
  },
  "playbook.invalid": {
    status: 422,
    retryable: false,
    title: "The playbook cannot be read",
    happened:
      "A playbook is neither JSON Lines of entries nor lines of `[slug-00001] helpful=5 harmful=0 :: text`.",
    fix: "Correct the line that the message names, or export the playbook again.",
  },
  "model.unknown": {
    status: 422,
    retryable: false,
    title: "The model is not known",
    happened: "There is no model of this name for experiments.",
    fix: "Use one of the names that the message lists, or a program's id.",
  },
  "model.unavailable": {
    status: 503,
    retryable: true,
    title: "The model cannot be used at the moment",
    happened: "The model is known, but its weights are not on the machine, or its service does not answer.",
    fix: "Put the model's folder where the message says, or see that its service is up, and try again.",
  },

  // Jobs
  "job.not_found": {
    status: 404,
    retryable: false,
    title: "No such job",
    happened: "Your workspace has no job with this id.",
    fix: "List the jobs with GET /v1/jobs, and check that the key belongs to the workspace that started the job.",
  },
  "job.already_finished": {
    status: 409,
    retryable: false,
    title: "The job has already finished",
    happened: "The job has succeeded or failed, so that it cannot be canceled any more.",
    fix: "Nothing needs to be done. To remove what it made, delete the program.",
  },
  "job.canceled": {
    status: 409,
    retryable: false,
    title: "The job was canceled",
    happened: "The job was canceled before it finished.",
    fix: "Send the request again if the result is wanted after all.",
  },
  "job.attempts_exhausted": {
    status: 500,
    retryable: true,
    title: "The job failed too often",
    happened:
      "The job was tried as often as allowed and never finished: each time the worker stopped, or met an error that might have passed.",
    fix: "Start it again; if it fails again, report the job's id. A very large request may need more memory than the worker has.",
  },
  "job.time_limit": {
    status: 504,
    retryable: false,
    title: "The job took too long",
    happened: "The job did not finish within the time that a job may take.",
    fix: "Use fewer or shorter examples, a smaller interpreter, or a faster method.",
  },
  "job.lease_lost": {
    status: 409,
    retryable: true,
    title: "Another worker took the job over",
    happened: "The worker's lease on the job ran out, and another worker has it now.",
    fix: "Nothing needs to be done: the other worker continues from the last checkpoint.",
  },
  "training.diverged": {
    status: 500,
    retryable: false,
    title: "Training diverged",
    happened: "The training loss stopped being a finite number, so no adapter was made.",
    fix: "Try another seed or method. If it happens again, report the job's id.",
  },

  // Programs and runs
  "program.not_found": {
    status: 404,
    retryable: false,
    title: "No such program",
    happened: "There is no program with this id that your workspace may see.",
    fix: "List your programs with GET /v1/programs, and check that the key belongs to the workspace that owns the program. An id is 20 hex digits.",
  },
  "program.not_runnable": {
    status: 422,
    retryable: false,
    title: "The program cannot be run here",
    happened: "The server cannot run programs of this kind, or with this interpreter, on request.",
    fix: "Download the program and run it on a machine that has its interpreter: `weightsmith run FOLDER INPUT`.",
  },
  "artifact.not_found": {
    status: 404,
    retryable: false,
    title: "A program's file is missing",
    happened: "A file that should be there, in the object store or in the program's folder, is not.",
    fix: "Name a folder that has a program.json, or download the program again. If it is the server's own copy, delete the program and compile it again: the same request makes the same program.",
  },
  "artifact.corrupt": {
    status: 500,
    retryable: false,
    title: "A program's file is damaged",
    happened: "A file cannot be read, or does not have the SHA-256 by which it is named.",
    fix: "Download the program again. If it is the server's own copy, delete the program and compile it again: the same request makes the same program.",
  },
  "artifact.invalid": {
    status: 422,
    retryable: false,
    title: "The file is not a program",
    happened:
      "A file or folder that should be a program does not have a program's form: the manifest, the adapter or the prompt template cannot be understood.",
    fix: "Check that the folder holds an unpacked program with its program.json, made by this version or an earlier one. Download the program again, or compile it again with this version.",
  },
  "artifact.file_missing": {
    status: 422,
    retryable: false,
    title: "A program is not whole",
    happened: "A file that the program's manifest or signature lists is not there.",
    fix: "Download or copy the program again, with all its files.",
  },
  "artifact.file_altered": {
    status: 422,
    retryable: false,
    title: "A program's file was altered",
    happened:
      "A file of the program does not have the SHA-256 or the size that the manifest or the signature gives it: it was changed or damaged after the program was made.",
    fix: "Do not use this copy. Download the program again from where you trust it, or compile it again: the same request makes the same program.",
  },
  "artifact.file_unlisted": {
    status: 422,
    retryable: false,
    title: "A program has a file that it should not have",
    happened: "A file lies with the program that neither its manifest nor its signature lists.",
    fix: "Move the file elsewhere if it is yours. If you did not put it there, download the program again from where you trust it.",
  },
  "signature.missing": {
    status: 422,
    retryable: false,
    title: "The program is not signed",
    happened: "A public key was given that must have signed the program, and there is no signature.",
    fix: "Get the signature from the program's author: FILE.tgz.sig beside the archive, or program.sig in the folder. Without --public-key the hashes alone are verified.",
  },
  "signature.invalid": {
    status: 422,
    retryable: false,
    title: "The signature is wrong",
    happened: "The signature cannot be read, or does not hold for what it claims to sign.",
    fix: "Do not use this copy. Get the program and its signature again from where you trust them. If you are the author, sign it again with `weightsmith sign`.",
  },
  "signature.other_key": {
    status: 422,
    retryable: false,
    title: "The program was signed with another key",
    happened: "The program's signature was made with another key than the one that was given.",
    fix: "Compare the key's fingerprint with the author's, by a way that you trust. If the author has a new key, verify with that one.",
  },
  "signing_key.invalid": {
    status: 422,
    retryable: false,
    title: "The signing key cannot be used",
    happened: "The file holds no Ed25519 key in the PEM form (PKCS #8 or SubjectPublicKeyInfo).",
    fix: "Make a pair of keys with `weightsmith keys signing FILE` or `openssl genpkey -algorithm ed25519`. Sign with the private key, verify with the public one.",
  },
  "program.not_exportable": {
    status: 422,
    retryable: false,
    title: "The program has no form of this kind",
    happened:
      "The program cannot be written in the format that was asked for: llama.cpp's adapters hold low-rank updates and no KV prefix.",
    fix: "Download it as `.tgz`, or compile it with the method `lora` or `context`, whose programs can be exported.",
  },
  "constraint.invalid": {
    status: 422,
    retryable: false,
    title: "The constraint cannot be used",
    happened:
      "The labels, regular expression or JSON Schema that answers should be held to is malformed, unsupported or matches nothing.",
    fix: "Correct the part that the message names. Look-around and back-references of regular expressions, and references to other documents in schemas, are not supported.",
  },
  "run.input_too_long": {
    status: 422,
    retryable: false,
    title: "An input is too long",
    happened: `An input is longer than ${count(LIMITS.runInputCharacters)} characters, or longer than the interpreter can read at once.`,
    fix: "Shorten the input, or split it and run the parts as a list.",
  },
  "run.too_many_inputs": {
    status: 422,
    retryable: false,
    title: "There are too many inputs",
    happened: `One call may run at most ${count(LIMITS.runInputs)} inputs.`,
    fix: "Split the inputs over several calls.",
  },
  "run.timeout": {
    status: 504,
    retryable: true,
    title: "Running took too long",
    happened: "The program did not answer within the time that a call may take.",
    fix: "Send fewer inputs in one call, or shorter ones.",
  },

  // Files and batches
  "file.not_found": {
    status: 404,
    retryable: false,
    title: "No such file",
    happened: "Your workspace has no file with this id; files are kept for thirty days.",
    fix: "List the files there are with GET /v1/files, or upload it again with POST /v1/files.",
  },
  "file.not_uploaded": {
    status: 409,
    retryable: false,
    title: "The file's bytes are not here",
    happened:
      "The file was announced, but the object store has none of its bytes, or another number than was announced.",
    fix: "PUT exactly the announced bytes to the link that POST /v1/files gave, then start the batch. An expired link is replaced by announcing the file again.",
  },
  "batch.not_found": {
    status: 404,
    retryable: false,
    title: "No such batch",
    happened: "Your workspace has no batch with this id.",
    fix: "List the batches there are with GET /v1/batches.",
  },
  // Imports
  "import.not_found": {
    status: 404,
    retryable: false,
    title: "No such import",
    happened: "Your workspace has no import with this id.",
    fix: "Start one with POST /api/v1/program-imports, with the same key as the steps that follow.",
  },
  "import.wrong_state": {
    status: 409,
    retryable: false,
    title: "The import is not that far",
    happened: "An import is described, uploaded, validated and registered, in this order.",
    fix: "Take the step that the message names first. A registered import is finished: look at its program.",
  },

  // Aliases
  "alias.not_found": {
    status: 404,
    retryable: false,
    title: "No such alias",
    happened: "There is no alias of this name, or no such version of it, that your workspace may see.",
    fix: "List your aliases with GET /v1/aliases. Another workspace's alias is written `user/name`, and only those that point to public programs can be seen.",
  },
  "alias.invalid_name": {
    status: 422,
    retryable: false,
    title: "The alias is misspelt",
    happened: "An alias is written `name`, `user/name` or `user/name@v3`.",
    fix: "Use 2 to 50 lower-case letters, digits and dashes for each name, with no dash at either end.",
  },
  "case.not_found": {
    status: 404,
    retryable: false,
    title: "No such case",
    happened: "Your workspace has added no case with this id.",
    fix: "List the program's cases with GET /v1/programs/{id}/cases; only who added a case can remove it.",
  },
  "alias.gate_refused": {
    status: 409,
    retryable: false,
    title: "The quality gate refused the program",
    happened:
      "The program's held-out score is below what the alias demands: its minimum, the current program's score, or the program's own baseline.",
    fix: "Compile a better program: more or clearer examples help most. To publish it all the same, send `force: true`; the version then says that it was forced.",
  },

  // The leaderboard and the page
  "task.not_found": {
    status: 404,
    retryable: false,
    title: "No such leaderboard task",
    happened: "The leaderboard has no task with this id.",
    fix: "List the tasks with GET /v1/leaderboard/tasks. An id is a short name in lower case, such as `file-extension`.",
  },
  "entry.not_found": {
    status: 404,
    retryable: false,
    title: "No such leaderboard entry",
    happened: "The leaderboard has no entry with this id, or its program is gone.",
    fix: "List a task's entries with GET /v1/leaderboard/tasks/{id}/entries. The id starts with `ent_`.",
  },
  "submission.wrong_kind": {
    status: 422,
    retryable: false,
    title: "The task takes no programs of this kind",
    happened: "The program is of a kind that this task does not measure.",
    fix: "Submit to a task whose `kinds` name the program's kind, or make a program of a kind that the task takes.",
  },
  "submission.too_many": {
    status: 429,
    retryable: true,
    title: "Too many submissions to this task today",
    happened: "Your workspace has submitted to this task as often as it may within a day.",
    fix: "Test on the task's public examples meanwhile: they are free, and `weightsmith run` answers at once. The limit keeps the hidden examples hidden.",
  },
  "session.invalid_token": {
    status: 403,
    retryable: false,
    title: "The request does not prove that it comes from the page",
    happened:
      "The request was sent with a sign-in cookie but without the session's token in the header `x-csrf-token`.",
    fix: "Send the `csrfToken` that GET /v1/session answers, or use an API key in the Authorization header, which needs no token.",
  },
  "sign_in.unavailable": {
    status: 404,
    retryable: false,
    title: "This server has no such sign-in",
    happened: "Signing in with GitHub is not set up on this server.",
    fix: "Sign in with an API key. Whoever runs the server can set WEIGHTSMITH_GITHUB_CLIENT_ID and WEIGHTSMITH_GITHUB_CLIENT_SECRET.",
  },
  "sign_in.refused": {
    status: 403,
    retryable: false,
    title: "The sign-in was not completed",
    happened: "The sign-in service did not confirm who you are, or the attempt is too old.",
    fix: "Start again from the page's sign-in button, in the same browser, and allow the access it asks for.",
  },

  // The service
  "service.unavailable": {
    status: 503,
    retryable: true,
    title: "The service is not ready",
    happened:
      "A part that this request needs, such as the database, the queue or the object store, cannot be reached at the moment.",
    fix: "Try again in a few seconds. GET /health names the part that is down.",
  },
  "internal.error": {
    status: 500,
    retryable: true,
    title: "Something went wrong on our side",
    happened: "The server met an error that it did not expect. It has been logged with the request id.",
    fix: "Try again. If it happens again, report the request id.",
  },
} as const satisfies Record<string, CatalogueEntry>;

export type ErrorCode = keyof typeof CATALOGUE;

export const ERROR_CODES = Object.keys(CATALOGUE) as ErrorCode[];

export const isErrorCode = (value: string): value is ErrorCode => Object.hasOwn(CATALOGUE, value);

/** The page of docs/errors for a code, whole. */
export function errorPage(code: ErrorCode): string {
  const { status, retryable, title, happened, fix } = CATALOGUE[code];
  const again = retryable ? "Trying the same again later can help." : "Trying the same again does not help.";
  return `# ${code}\n\n**${title}.** HTTP status ${status}. ${again}\n\n## What happened\n\n${happened}\n\n## How to fix it\n\n${fix}\n`;
}
