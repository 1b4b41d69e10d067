/** Being signed in on the page: a session in an http-only cookie, and the token that proves a request is the page's own. */
import { z } from "zod";
import { API_KEY_PATTERN } from "./account.ts";
import { workspaceIdSchema } from "./ids.ts";
import { timestampSchema } from "./page.ts";
import { parseBody } from "./request-parsing.ts";

export const SESSION_COOKIE = "weightsmith_session";
/** Sent with every request that changes something while a cookie says who asks. */
export const CSRF_HEADER = "x-csrf-token";

export const sessionSchema = z
  .object({
    workspaceId: workspaceIdSchema,
    name: z.string().meta({ description: "Who is signed in: the key's name or the account's." }),
    csrfToken: z.string(),
    expiresAt: timestampSchema,
  })
  .meta({ id: "Session" });
export type Session = z.infer<typeof sessionSchema>;

/** `GET /v1/session` answers this to everybody. */
export const sessionStateSchema = z
  .object({
    session: sessionSchema.nullable().meta({ description: "null: nobody is signed in." }),
    github: z.boolean().meta({ description: "Whether one can sign in with GitHub at /v1/session/github." }),
  })
  .meta({ id: "SessionState" });
export type SessionState = z.infer<typeof sessionStateSchema>;

export const sessionRequestSchema = z
  .strictObject({ apiKey: z.string().regex(API_KEY_PATTERN, "must be an API key: wsk_ and 43 characters") })
  .meta({ id: "SessionRequest" });
export type SessionRequest = z.infer<typeof sessionRequestSchema>;

/** @throws AppError request.* */
export const parseSessionRequest = (body: unknown): SessionRequest => parseBody(sessionRequestSchema, body);
