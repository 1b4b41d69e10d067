/// <reference path="../.sst/platform/config.d.ts" />
/** One look at the whole: what waits, what is made, how fast answers are, what fails. */
import { api, gateway, run } from "./api.ts";
import { database } from "./database.ts";
import { queues } from "./queues.ts";

const graph = (title: string, x: number, y: number, metrics: unknown[], stat: string) => ({
  type: "metric",
  x,
  y,
  width: 12,
  height: 6,
  properties: { title, metrics, stat, period: 60, region: aws.getRegionOutput().region },
});

new aws.cloudwatch.Dashboard("Dashboard", {
  dashboardName: `weightsmith-${$app.stage}`,
  dashboardBody: $jsonStringify({
    widgets: [
      graph(
        "Jobs that wait",
        0,
        0,
        Object.values(queues).map(({ jobs }) => [
          "AWS/SQS",
          "ApproximateNumberOfMessagesVisible",
          "QueueName",
          jobs.nodes.queue.name,
        ]),
        "Maximum",
      ),
      graph(
        "Jobs by how they ended",
        12,
        0,
        ["succeeded", "failed", "canceled"].map((state) => ["Weightsmith", "JobsEnded", "state", state]),
        "Sum",
      ),
      graph(
        "Time to answer",
        0,
        6,
        [
          ["AWS/ApiGateway", "Latency", "ApiId", gateway.nodes.api.id],
          ["AWS/Lambda", "Duration", "FunctionName", run.nodes.function.name],
        ],
        "p99",
      ),
      graph(
        "Failures",
        12,
        6,
        [
          ["AWS/ApiGateway", "5xx", "ApiId", gateway.nodes.api.id],
          ["AWS/Lambda", "Errors", "FunctionName", api.nodes.function.name],
          ["AWS/Lambda", "Throttles", "FunctionName", api.nodes.function.name],
        ],
        "Sum",
      ),
      graph(
        "Database",
        0,
        12,
        [
          ["AWS/RDS", "ServerlessDatabaseCapacity", "DBClusterIdentifier", database.id],
          ["AWS/RDS", "DatabaseConnections", "DBClusterIdentifier", database.id],
        ],
        "Average",
      ),
    ],
  }),
});
