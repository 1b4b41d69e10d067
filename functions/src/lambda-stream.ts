/** Entry point of the API on Lambda behind a function URL in streaming mode: events arrive as they happen. */
import { streamHandle } from "hono/aws-lambda";
import { appOfEnvironment } from "./lambda.ts";
import { forLambda } from "./lambda-adapter.ts";

/** A function may run for fifteen minutes. */
const STREAM_SECONDS = 600;

export const handler = streamHandle(
  forLambda(appOfEnvironment(STREAM_SECONDS), { originSecret: process.env.WEIGHTSMITH_ORIGIN_SECRET }),
);
