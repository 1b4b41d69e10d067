/**
 * The HTTP API: one app, served by Node (server.ts) and by Lambda (lambda.ts). Routes are thin: they ask who calls, parse
 * the request with the contract, call core, and show what it gives.
 */
import { OpenAPIHono } from "@hono/zod-openapi";
import { edge } from "./http/edge.ts";
import type { App, AppEnv } from "./http/environment.ts";
import { notFound, onError } from "./http/errors.ts";
import { refuseParameters } from "./http/parameters.ts";
import { traced } from "./http/traced.ts";
import { requestMetrics } from "./metrics/measure.ts";
import { deleteAlias } from "./routes/aliases-delete/index.ts";
import { getAlias } from "./routes/aliases-get/index.ts";
import { listAliases } from "./routes/aliases-list/index.ts";
import { publishAlias } from "./routes/aliases-publish/index.ts";
import { rollBackAlias } from "./routes/aliases-rollback/index.ts";
import { batches } from "./routes/batches/index.ts";
import { addCase } from "./routes/cases-add/index.ts";
import { listCases } from "./routes/cases-list/index.ts";
import { compile } from "./routes/compile/index.ts";
import { docs } from "./routes/docs/index.ts";
import { errorPages } from "./routes/error-pages/index.ts";
import { writeExamples } from "./routes/examples/index.ts";
import { experiments } from "./routes/experiments/index.ts";
import { files } from "./routes/files/index.ts";
import { generate } from "./routes/generate/index.ts";
import { health } from "./routes/health/index.ts";
import { reportProgram } from "./routes/hub-report/index.ts";
import { searchHub } from "./routes/hub-search/index.ts";
import { listHubTags } from "./routes/hub-tags/index.ts";
import { interpreters } from "./routes/interpreters/index.ts";
import { cancelJob } from "./routes/jobs-cancel/index.ts";
import { followJob } from "./routes/jobs-events/index.ts";
import { getJob } from "./routes/jobs-get/index.ts";
import { listJobs } from "./routes/jobs-list/index.ts";
import { createKey } from "./routes/keys-create/index.ts";
import { listKeys } from "./routes/keys-list/index.ts";
import { revokeKey } from "./routes/keys-revoke/index.ts";
import { listLeaderboardEntries } from "./routes/leaderboard-entries/index.ts";
import { getLeaderboardPredictions } from "./routes/leaderboard-predictions/index.ts";
import { submitToLeaderboard } from "./routes/leaderboard-submit/index.ts";
import { listSuites } from "./routes/leaderboard-suites/index.ts";
import { getLeaderboardTask } from "./routes/leaderboard-task/index.ts";
import { listLeaderboardTasks } from "./routes/leaderboard-tasks/index.ts";
import { metrics } from "./routes/metrics/index.ts";
import { openai, openaiRuns } from "./routes/openai/index.ts";
import { openapi } from "./routes/openapi/index.ts";
import { paw, pawRuns } from "./routes/paw/index.ts";
import { programCard } from "./routes/program-card/index.ts";
import { programArchive } from "./routes/programs-archive/index.ts";
import { getCommunity } from "./routes/programs-community/index.ts";
import { comparePrograms } from "./routes/programs-compare/index.ts";
import { deleteProgram } from "./routes/programs-delete/index.ts";
import { downloadProgram } from "./routes/programs-download/index.ts";
import { getProgram } from "./routes/programs-get/index.ts";
import { listPrograms } from "./routes/programs-list/index.ts";
import { runProgram } from "./routes/programs-run/index.ts";
import { updateProgram } from "./routes/programs-update/index.ts";
import { voteProgram } from "./routes/programs-vote/index.ts";
import { session } from "./routes/session/index.ts";
import { signInWithGithub } from "./routes/session-github/index.ts";
import { specialistChanges } from "./routes/specialists/changes.ts";
import { specialistState } from "./routes/specialists/state.ts";
import { specialistWriting } from "./routes/specialists/writing.ts";
import { getUsage } from "./routes/usage/index.ts";
import { getWebhookSecret } from "./routes/webhook-secret/index.ts";
import type { Services } from "./services.ts";

type Route = (app: App, services: Services) => void;

/** In the order in which the reference shows them. */
const ROUTES: readonly Route[] = [
  compile,
  generate,
  experiments,
  writeExamples,
  listJobs,
  getJob,
  cancelJob,
  followJob,
  listPrograms,
  getProgram,
  updateProgram,
  deleteProgram,
  downloadProgram,
  programArchive,
  interpreters,
  runProgram,
  comparePrograms,
  voteProgram,
  listCases,
  addCase,
  listAliases,
  getAlias,
  publishAlias,
  rollBackAlias,
  deleteAlias,
  searchHub,
  listHubTags,
  reportProgram,
  listLeaderboardTasks,
  getLeaderboardTask,
  listLeaderboardEntries,
  getLeaderboardPredictions,
  submitToLeaderboard,
  listSuites,
  files,
  batches,
  specialistState,
  specialistWriting,
  specialistChanges,
  createKey,
  listKeys,
  revokeKey,
  getCommunity,
  programCard,
  session,
  signInWithGithub,
  getUsage,
  getWebhookSecret,
  openai,
  paw,
  health,
];

export function createApp(services: Services): App {
  const app = appWith(ROUTES, services);
  openapi(app, services.version);
  docs(app);
  errorPages(app);
  return app;
}

/** The app of the process that runs programs: that one route, guarded like the others, and its health. */
export const createRunApp = (services: Services): App =>
  appWith([runProgram, interpreters, specialistWriting, openaiRuns, pawRuns, health], services);

function appWith(routes: readonly Route[], services: Services): App {
  const app: App = new OpenAPIHono<AppEnv>({ defaultHook: refuseParameters });
  const measured = requestMetrics(services.meter);
  app.use(edge(services.log));
  app.use(measured.middleware);
  app.use(traced(services));
  app.onError(onError(services.log));
  app.notFound(notFound(app));
  for (const route of routes) route(app, services);
  metrics(app, services, measured);
  return app;
}
