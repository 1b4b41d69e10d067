/** The API as an app, without the environment that an entry point gives it. */
export { createApp } from "./app.ts";
export { forwardedAddress, type ServedApp, serveApp } from "./server.ts";
export {
  type Interpreter,
  type Limits,
  LOCAL_LIMITS,
  type Log,
  PUBLIC_LIMITS,
  type RunCall,
  type RunProgram,
  type Runs,
  type Services,
} from "./services.ts";
