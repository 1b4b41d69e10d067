/** Aliases. */
import { aliasPageSchema, aliasPublishedSchema, aliasSchema } from "@weightsmith/contract";
import { makeProgram } from "../api.ts";
import { type Bodies, type Cases, freshSpec, NOBODY_PROGRAM, raw, tooLarge, type World } from "./world.ts";

const aliased = ({ ask, program }: World, name: string): Promise<Response> =>
  ask("PUT", `/v1/aliases/${name}`, { programId: program });

export const cases: Cases = {
  listAliases: {
    200: ({ ask }) => ask("GET", "/v1/aliases"),
    400: ({ ask }) => ask("GET", "/v1/aliases?limit=0"),
  },
  getAlias: {
    200: async (world) => {
      await aliased(world, "looked-at");
      return world.ask("GET", `/v1/aliases/${world.ann.workspaceId.slice(3)}/looked-at`);
    },
    404: ({ ask }) => ask("GET", "/v1/aliases/nobody/nothing"),
    422: ({ ask }) => ask("GET", "/v1/aliases/nobody/NOT-A-NAME"),
  },
  publishAlias: {
    200: (world) => aliased(world, "published"),
    400: raw("PUT", "/v1/aliases/some-name", "{"),
    404: ({ ask }) => ask("PUT", "/v1/aliases/some-name", { programId: NOBODY_PROGRAM }),
    409: async (world) => {
      const { programId } = await makeProgram(world.services, world.ann, freshSpec());
      await world.services.db.sql`
        update program set report = jsonb_set(report::jsonb, '{heldOut,exactMatch}', '0.5')::json where id = ${programId}`;
      return world.ask("PUT", "/v1/aliases/demanding", { programId, gate: { minimumScore: 1 } });
    },
    413: raw("PUT", "/v1/aliases/some-name", tooLarge),
    415: raw("PUT", "/v1/aliases/some-name", "{}", "text/plain"),
    422: ({ ask, program }) => ask("PUT", "/v1/aliases/X", { programId: program }),
  },
  rollBackAlias: {
    200: async (world) => {
      await aliased(world, "rolled-back");
      return world.ask("POST", "/v1/aliases/rolled-back/rollback", { version: 1 });
    },
    400: raw("POST", "/v1/aliases/some-name/rollback", "{"),
    404: ({ ask }) => ask("POST", "/v1/aliases/nothing-here/rollback", {}),
    413: raw("POST", "/v1/aliases/some-name/rollback", tooLarge),
    415: raw("POST", "/v1/aliases/some-name/rollback", "{}", "text/plain"),
    422: ({ ask }) => ask("POST", "/v1/aliases/some-name/rollback", { version: 0 }),
  },
  deleteAlias: {
    204: async (world) => {
      await aliased(world, "deleted");
      return world.ask("DELETE", "/v1/aliases/deleted");
    },
    404: ({ ask }) => ask("DELETE", "/v1/aliases/nothing-here"),
    422: ({ ask }) => ask("DELETE", "/v1/aliases/X"),
  },
};

export const bodies: Bodies = {
  listAliases: aliasPageSchema,
  getAlias: aliasSchema,
  publishAlias: aliasPublishedSchema,
  rollBackAlias: aliasSchema,
};
