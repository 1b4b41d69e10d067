/** Programs as PAW's clients look at them, change them and give them names. */
import { AppError, isProgramId, parseAliasReference } from "@weightsmith/contract";
import { Alias, Feedback, Program, ProgramPages } from "@weightsmith/core";
import { readJson } from "../../http/body.ts";
import { type App, type AppContext, callerOf } from "../../http/environment.ts";
import { guard } from "../../http/guard.ts";
import type { Services } from "../../services.ts";
import { namedProgram } from "../named-program.ts";
import { parseAlias, parsePatch } from "./bodies.ts";
import { ownAlias } from "./compile.ts";
import { programRow, programView } from "./views.ts";

/** A slug may have a slash in it, written as it is or encoded. */
const NAME = ":name{.+}";
const MOST_PER_PAGE = 100;

export function pawPrograms(app: App, services: Services): void {
  const { db } = services;
  const reads = guard(services, { access: "anyone", bucket: "read" });
  const writes = guard(services, { access: "key", bucket: "write" });
  const viewerOf = (c: AppContext) => c.get("caller")?.workspaceId;

  app.get("/api/v1/programs", reads, async (c) => {
    const mine = c.req.query("mine") === "true" || c.req.query("mine") === "1";
    const workspaceId = mine ? callerOf(c).workspaceId : undefined;
    const page = whole(c, "page", 1, 1_000_000, 1);
    const perPage = whole(c, "per_page", 1, MOST_PER_PAGE, 20);
    const { items, total } = await ProgramPages.numberedPage(db, {
      workspaceId,
      query: c.req.query("q"),
      tag: c.req.query("tag"),
      order: orderOf(c.req.query("sort")),
      page,
      perPage,
    });
    const viewer = viewerOf(c);
    const programs = await Promise.all(
      items.map(async (program) => {
        const [aliases, votes] = await Promise.all([
          Alias.of(db, program.id, viewer),
          Feedback.votes(db, program.id, viewer),
        ]);
        return programRow(program, services, aliases[0] && Alias.summary(aliases[0], viewer), votes);
      }),
    );
    return c.json({ programs, total, page, per_page: perPage, has_more: page * perPage < total });
  });

  app.get(`/api/v1/programs/resolve/${NAME}`, reads, async (c) => {
    const slug = nameOf(c);
    if (isProgramId(slug)) return c.json({ program_id: (await namedProgram(c, services, slug)).id });
    const found = await Alias.resolve(db, parseAliasReference(slug), viewerOf(c));
    const { user, name } = found.alias;
    return c.json({ program_id: found.programId, slug: `${user}/${name}`, version: found.version });
  });

  app.get(`/api/v1/programs/${NAME}/versions`, reads, async (c) => {
    const viewer = viewerOf(c);
    const name = nameOf(c);
    // By a program's id: the versions of the alias that it is current under.
    const alias = isProgramId(name)
      ? (await Alias.of(db, (await namedProgram(c, services, name)).id, viewer))[0]
      : await Alias.find(db, parseAliasReference(name), viewer);
    if (alias === undefined) {
      throw new AppError("alias.not_found", { message: `No alias points to the program ${name}.` });
    }
    const versions = (await Alias.versions(db, alias, viewer)).map((version) => ({
      version: version.version,
      program_id: version.programId,
      slug: `${alias.user}/${alias.name}@v${version.version}`,
      current: version.current,
      available: version.available,
      forced: version.forced,
      held_out: version.heldOut && { exact_match: version.heldOut.exactMatch, n: version.heldOut.n },
      note: version.note,
      created_at: version.createdAt,
    }));
    return c.json({ slug: `${alias.user}/${alias.name}`, current_version: alias.version, versions });
  });

  app.post(`/api/v1/programs/${NAME}/alias`, writes, async (c) => {
    const { workspaceId } = callerOf(c);
    const { slug, alias, force } = parseAlias(await readJson(c));
    const wanted = slug ?? alias;
    if (wanted == null)
      throw new AppError("request.missing_field", { message: "The field `slug` is missing." });
    const name = await ownAlias(services, { workspaceId, anonymous: false }, wanted);
    const { id: programId } = await namedProgram(c, services, nameOf(c));
    const published = await Alias.publish(db, { workspaceId, name, programId, force: force ?? false });
    const { user } = await Alias.find(db, { user: undefined, name }, workspaceId);
    return c.json({
      program_id: programId,
      slug: `${user}/${name}`,
      version: published.version,
      version_action: published.action === "moved" ? "updated" : published.action,
    });
  });

  app.get(`/api/v1/programs/${NAME}`, reads, async (c) => {
    const program = await namedProgram(c, services, nameOf(c));
    return c.json(await programView(program, services, viewerOf(c)));
  });

  app.patch(`/api/v1/programs/${NAME}`, writes, async (c) => {
    const { workspaceId } = callerOf(c);
    const { name, tags, public: isPublic } = parsePatch(await readJson(c));
    const { id: programId } = await namedProgram(c, services, nameOf(c));
    const program = await Program.patch(db, {
      workspaceId,
      programId,
      ...(name === undefined ? {} : { name }),
      ...(tags == null ? {} : { tags }),
      ...(isPublic == null ? {} : { public: isPublic }),
    });
    return c.json(await programView(program, services, workspaceId));
  });
}

export const nameOf = (c: AppContext): string => c.req.param("name") ?? "";

const ORDERS: Readonly<Record<string, ProgramPages.PageOrder>> = {
  recent: "recent",
  new: "recent",
  newest: "recent",
  top: "votes",
  votes: "votes",
  popular: "votes",
  score: "score",
};
function orderOf(sort: string | undefined): ProgramPages.PageOrder {
  if (sort === undefined) return "recent";
  const order = ORDERS[sort];
  if (order !== undefined) return order;
  throw new AppError("request.invalid_parameter", {
    message: `\`sort\` is ${JSON.stringify(sort.slice(0, 60))}; expected one of ${Object.keys(ORDERS).join(", ")}.`,
  });
}

function whole(c: AppContext, name: string, least: number, most: number, fallback: number): number {
  const given = c.req.query(name);
  if (given === undefined) return fallback;
  const value = Number(given);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new AppError("request.invalid_parameter", {
    message: `\`${name}\` is ${JSON.stringify(given.slice(0, 60))}; expected a whole number from ${least} to ${most}.`,
  });
}
