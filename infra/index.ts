/// <reference path="../.sst/platform/config.d.ts" />
/** Everything, in the order in which parts need each other. */
import { gateway } from "./api.ts";
import "./alarms.ts";
import "./dashboard.ts";
import { site } from "./web.ts";
import { image } from "./worker.ts";

export const deploy = () => ({ site: site.url, api: gateway.url, workerImage: image });
