/// <reference path="../.sst/platform/config.d.ts" />
/** Set once a stage: `npx sst secret set OriginSecret "$(openssl rand -hex 32)" --stage NAME`. */

import { stage } from "./stage.ts";

/** By it the API knows that a request came through the CDN, and may believe what the CDN says about the caller. */
export const originSecret = new sst.Secret("OriginSecret");

/** Of the OAuth app by which people sign in with GitHub; only in stages that have one. */
export const githubClientSecret =
  stage.githubClientId === undefined ? undefined : new sst.Secret("GithubClientSecret");
