/** Adapters that were made elsewhere: described, uploaded, validated against their interpreter, and registered. */
import { AppError, importIdSchema, type ProgramId } from "@weightsmith/contract";
import { Artifact, type Program, ProgramImport } from "@weightsmith/core";
import { readJson } from "../../http/body.ts";
import { type App, type AppContext, callerOf } from "../../http/environment.ts";
import { guard } from "../../http/guard.ts";
import type { ImportDraft, Services } from "../../services.ts";
import { forward } from "../programs-run/forward.ts";
import { parseImport } from "./bodies.ts";
import { ownAlias } from "./compile.ts";
import { runtimeIdOf } from "./compilers.ts";

/** An adapter of a large rank on a large interpreter. */
const MOST_BYTES = 256 * 2 ** 20;
const GGUF = 0x46554747;

export function pawImports(app: App, services: Services): void {
  const { db, storage } = services;
  const writes = guard(services, { access: "key", bucket: "write" });

  app.post("/api/v1/program-imports", writes, async (c) => {
    const { workspaceId } = callerOf(c);
    const body = parseImport(await readJson(c));
    const interpreter = interpreterOf(services, body.runtime_id ?? body.interpreter);
    const alias =
      body.slug == null ? null : await ownAlias(services, { workspaceId, anonymous: false }, body.slug);
    const row = await ProgramImport.create(db, { workspaceId, request: { ...body, interpreter, alias } });
    return c.json(shown(row), 201);
  });

  app.get("/api/v1/program-imports/:id", guard(services, { access: "key", bucket: "read" }), async (c) =>
    c.json(shown(await ProgramImport.get(db, importOf(c)))),
  );

  app.put("/api/v1/program-imports/:id/weights", writes, async (c) => {
    const bytes = await readBytes(c);
    if (bytes.byteLength < 4 || new DataView(bytes.buffer).getUint32(0, true) !== GGUF) {
      throw new AppError("artifact.invalid", {
        message: "The body is not a GGUF file: it does not begin with `GGUF`.",
        remedy: "Send the bytes of adapter.gguf as the body, as application/octet-stream.",
      });
    }
    return c.json(shown(await ProgramImport.upload(db, storage, importOf(c), bytes)));
  });

  app.post("/api/v1/program-imports/:id/register", writes, async (c) => {
    const row = await ProgramImport.register(db, importOf(c), draftOf);
    return c.json(shown(row), 201);
  });
}

/** Validation reads the adapter as the interpreter would, and so runs where interpreters are. */
export function pawImportValidation(app: App, services: Services): void {
  const { db, storage, runs } = services;
  const path = "/api/v1/program-imports/:id/validate";
  if (runs === undefined || "forwardTo" in runs) {
    app.post(path, (c) => {
      if (runs === undefined) throw new AppError("program.not_runnable");
      return forward(c, runs.forwardTo);
    });
    return;
  }
  app.post(path, guard(services, { access: "key", bucket: "write" }), async (c) => {
    const own = importOf(c);
    const { request, weightsSha256 } = await ProgramImport.get(db, own);
    const body = parseImport(request);
    const adapter = weightsSha256 === null ? undefined : await Artifact.get(storage, weightsSha256);
    try {
      const made = await runs.importAdapter({
        interpreter: body.interpreter ?? "",
        spec: body.spec,
        adapter,
        ...(body.name == null ? {} : { name: body.name }),
        ...(body.prompt_template == null ? {} : { template: body.prompt_template }),
      });
      const { sha256 } = await Artifact.put(db, storage, made.archive, { mediaType: "application/gzip" });
      const row = await ProgramImport.settle(db, own, { artifactSha256: sha256, draft: { ...made.draft } });
      return c.json(shown(row));
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== "artifact.invalid") throw error;
      return c.json(shown(await ProgramImport.settle(db, own, { problem: error.publicMessage })), 422);
    }
  });
}

function importOf(c: AppContext): ProgramImport.OwnImport {
  const id = importIdSchema.safeParse(c.req.param("id"));
  if (!id.success) throw new AppError("import.not_found");
  return { workspaceId: callerOf(c).workspaceId, importId: id.data };
}

function interpreterOf({ interpreters }: Services, wanted: string | null | undefined): string {
  const found =
    wanted == null
      ? interpreters[0]
      : interpreters.find((interpreter) => interpreter.id === wanted || runtimeIdOf(interpreter) === wanted);
  if (found !== undefined) return found.id;
  const known = interpreters.map(runtimeIdOf);
  throw new AppError("interpreter.unknown", {
    message: `There is no runtime ${JSON.stringify(wanted?.slice(0, 100) ?? "")} here; there ${known.length === 1 ? "is" : "are"} ${known.join(", ") || "none"}.`,
  });
}

function draftOf({ request, draft, artifactSha256 }: ProgramImport.ProgramImport): Program.Draft {
  const { spec, name, tags, public: isPublic } = parseImport(request);
  const made = draft as unknown as ImportDraft;
  return {
    id: made.id,
    kind: "weights",
    spec,
    seed: 0,
    artifactSha256: artifactSha256!,
    method: made.method,
    interpreter: made.interpreter,
    report: made.report,
    tags: tags ?? [],
    public: isPublic ?? false,
    ...(name == null ? {} : { name }),
  };
}

const shown = (row: ProgramImport.ProgramImport) => ({
  import_id: row.id,
  id: row.id,
  status: row.state,
  program_id: row.programId ?? (row.draft as { id?: ProgramId } | null)?.id ?? null,
  upload_url: `/api/v1/program-imports/${row.id}/weights`,
  error: row.problem,
  created_at: row.createdAt.toISOString(),
});

async function readBytes(c: AppContext): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of c.req.raw.body ?? []) {
    bytes += part.byteLength;
    if (bytes > MOST_BYTES) {
      throw new AppError("request.too_large", { message: `The file is larger than ${MOST_BYTES} bytes.` });
    }
    parts.push(part);
  }
  const all = new Uint8Array(bytes);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.byteLength;
  }
  return all;
}
