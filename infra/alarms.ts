/// <reference path="../.sst/platform/config.d.ts" />
/** What people are told: dead letters, a queue that stands still, failing functions, a full database, money. */
import { api, run } from "./api.ts";
import { database } from "./database.ts";
import { queues } from "./queues.ts";
import { stage } from "./stage.ts";

const topic = new aws.sns.Topic("Alarms", { kmsMasterKeyId: "alias/aws/sns" });
if (stage.alarmEmail !== undefined) {
  new aws.sns.TopicSubscription("AlarmsByMail", {
    topic: topic.arn,
    protocol: "email",
    endpoint: stage.alarmEmail,
  });
}

type AlarmArgs = ConstructorParameters<typeof aws.cloudwatch.MetricAlarm>[1];

const alarm = (name: string, args: Omit<AlarmArgs, "alarmActions" | "okActions">) =>
  new aws.cloudwatch.MetricAlarm(name, {
    treatMissingData: "notBreaching",
    ...args,
    alarmActions: [topic.arn],
    okActions: [topic.arn],
  } as AlarmArgs);

for (const [type, { jobs, deadLetters }] of Object.entries(queues)) {
  const name = type[0]!.toUpperCase() + type.slice(1);
  alarm(`${name}DeadLetter`, {
    alarmDescription: `A ${type} job was given up: look at its dead letter and its events.`,
    namespace: "AWS/SQS",
    metricName: "ApproximateNumberOfMessagesVisible",
    dimensions: { QueueName: deadLetters.nodes.queue.name },
    statistic: "Maximum",
    period: 60,
    evaluationPeriods: 1,
    threshold: 0,
    comparisonOperator: "GreaterThanThreshold",
  });
  alarm(`${name}Waits`, {
    alarmDescription: `A ${type} job has waited for half an hour: do workers start?`,
    namespace: "AWS/SQS",
    metricName: "ApproximateAgeOfOldestMessage",
    dimensions: { QueueName: jobs.nodes.queue.name },
    statistic: "Maximum",
    period: 60,
    evaluationPeriods: 5,
    threshold: 1800,
    comparisonOperator: "GreaterThanThreshold",
  });
}

for (const [name, { nodes }] of Object.entries({ Api: api, Run: run })) {
  alarm(`${name}Errors`, {
    alarmDescription: `The function ${name} fails.`,
    namespace: "AWS/Lambda",
    metricName: "Errors",
    dimensions: { FunctionName: nodes.function.name },
    statistic: "Sum",
    period: 60,
    evaluationPeriods: 3,
    threshold: 5,
    comparisonOperator: "GreaterThanThreshold",
  });
}

alarm("DatabaseBusy", {
  alarmDescription: "The database is near the most it may grow to.",
  namespace: "AWS/RDS",
  metricName: "ACUUtilization",
  dimensions: { DBClusterIdentifier: database.id },
  statistic: "Average",
  period: 60,
  evaluationPeriods: 10,
  threshold: 90,
  comparisonOperator: "GreaterThanThreshold",
});

new aws.budgets.Budget("Budget", {
  budgetType: "COST",
  timeUnit: "MONTHLY",
  limitAmount: String(stage.monthlyBudgetUsd),
  limitUnit: "USD",
  costFilters: [{ name: "TagKeyValue", values: [`user:sst:stage$${$app.stage}`] }],
  notifications:
    stage.alarmEmail === undefined
      ? []
      : [80, 100].map((threshold) => ({
          comparisonOperator: "GREATER_THAN",
          notificationType: threshold === 100 ? "FORECASTED" : "ACTUAL",
          threshold,
          thresholdType: "PERCENTAGE",
          subscriberEmailAddresses: [stage.alarmEmail!],
        })),
});
