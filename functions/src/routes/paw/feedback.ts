/** Votes and cases as PAW's clients send them. */
import { AppError } from "@weightsmith/contract";
import { Feedback } from "@weightsmith/core";
import { readJson } from "../../http/body.ts";
import { type App, callerOf } from "../../http/environment.ts";
import { guard } from "../../http/guard.ts";
import type { Services } from "../../services.ts";
import { namedProgram } from "../named-program.ts";
import { parseCase, parseVote } from "./bodies.ts";
import { nameOf } from "./programs.ts";

export function pawFeedback(app: App, services: Services): void {
  const { db } = services;
  const reads = guard(services, { access: "anyone", bucket: "read" });
  const writes = guard(services, { access: "key", bucket: "write" });

  /** The same vote again takes it back. */
  app.post("/api/v1/programs/:name{.+}/vote", writes, async (c) => {
    const { workspaceId } = callerOf(c);
    const body = parseVote(await readJson(c));
    const wanted = body.vote ?? body.value;
    if (wanted == null)
      throw new AppError("request.missing_field", { message: "The field `vote` is missing." });
    const { id: programId } = await namedProgram(c, services, nameOf(c));
    const before = await Feedback.votes(db, programId, workspaceId);
    await Feedback.vote(db, { programId, workspaceId }, before.own === wanted ? 0 : wanted);
    const { up, down, own } = await Feedback.votes(db, programId, workspaceId);
    return c.json({ program_id: programId, vote: own, upvotes: up, downvotes: down, votes: up - down });
  });

  app.get("/api/v1/programs/:name{.+}/cases", reads, async (c) => {
    const { id: programId } = await namedProgram(c, services, nameOf(c));
    const { items } = await Feedback.cases(db, { programId, limit: 100 });
    return c.json({ cases: items.map(shown), total: items.length });
  });

  app.post("/api/v1/programs/:name{.+}/cases", writes, async (c) => {
    const { workspaceId } = callerOf(c);
    const { input, expected_output, output, note, type } = parseCase(await readJson(c));
    const expected = expected_output ?? output;
    if (expected == null) {
      throw new AppError("request.missing_field", { message: "The field `expected_output` is missing." });
    }
    const { id: programId } = await namedProgram(c, services, nameOf(c));
    const request = {
      kind: type ?? ("edge_case" as const),
      input,
      output: expected,
      ...(note == null ? {} : { note }),
    };
    return c.json(shown(await Feedback.addCase(db, { programId, workspaceId }, request)), 201);
  });
}

const shown = ({ id, programId, kind, input, output, note, createdAt }: Feedback.Case) => ({
  id,
  program_id: programId,
  type: kind,
  input,
  expected_output: output,
  note,
  created_at: createdAt.toISOString(),
});
