/// <reference path="../.sst/platform/config.d.ts" />
/**
 * The workers: containers with one GPU each on spot instances. SST's services are Fargate's, which has no GPUs, so these
 * are the raw parts. An instance that is about to be taken back drains: its worker gives the job back with its checkpoint.
 */
import { vpc } from "./network.ts";
import { work } from "./permissions.ts";
import { allQueues } from "./queues.ts";
import { stage } from "./stage.ts";
import { workerVariables } from "./variables.ts";

const region = aws.getRegionOutput().region;

const repository = new aws.ecr.Repository("WorkerImages", {
  imageScanningConfiguration: { scanOnPush: true },
  imageTagMutability: "IMMUTABLE",
  encryptionConfigurations: [{ encryptionType: "AES256" }],
  forceDelete: !stage.keepsData,
});
new aws.ecr.LifecyclePolicy("WorkerImagesKept", {
  repository: repository.name,
  policy: JSON.stringify({
    rules: [
      {
        rulePriority: 1,
        description: "Enough to go back to",
        selection: { tagStatus: "any", countType: "imageCountMoreThan", countNumber: 20 },
        action: { type: "expire" },
      },
    ],
  }),
});
/** Built and pushed by the release (docs/deployment.md), by the version that this deployment is to run. */
export const image = $interpolate`${repository.repositoryUrl}:${process.env.WEIGHTSMITH_WORKER_TAG ?? "initial"}`;

const trust = (service: string) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: service } }],
  });

const instanceRole = new aws.iam.Role("WorkerInstanceRole", {
  assumeRolePolicy: trust("ec2.amazonaws.com"),
  managedPolicyArns: [
    "arn:aws:iam::aws:policy/service-role/AmazonEC2ContainerServiceforEC2Role",
    "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore",
  ],
});
const executionRole = new aws.iam.Role("WorkerExecutionRole", {
  assumeRolePolicy: trust("ecs-tasks.amazonaws.com"),
  managedPolicyArns: ["arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"],
});
const taskRole = new aws.iam.Role("WorkerTaskRole", {
  assumeRolePolicy: trust("ecs-tasks.amazonaws.com"),
});
new aws.iam.RolePolicy("WorkerTaskPolicy", {
  role: taskRole.id,
  policy: $jsonStringify({
    Version: "2012-10-17",
    Statement: work.map(({ actions, resources }) => ({
      Effect: "Allow",
      Action: actions,
      Resource: resources,
    })),
  }),
});

const cluster = new aws.ecs.Cluster("Workers", {
  settings: [{ name: "containerInsights", value: "enabled" }],
});

const launchTemplate = new aws.ec2.LaunchTemplate("WorkerInstance", {
  imageId: aws.ssm.getParameterOutput({
    name: "/aws/service/ecs/optimized-ami/amazon-linux-2023/gpu/recommended/image_id",
  }).value,
  iamInstanceProfile: {
    arn: new aws.iam.InstanceProfile("WorkerInstanceProfile", { role: instanceRole.name }).arn,
  },
  vpcSecurityGroupIds: vpc.securityGroups,
  // Containers cannot reach the instance's own credentials.
  metadataOptions: { httpTokens: "required", httpPutResponseHopLimit: 1 },
  blockDeviceMappings: [
    { deviceName: "/dev/xvda", ebs: { volumeSize: 100, volumeType: "gp3", encrypted: "true" } },
  ],
  userData: cluster.name.apply((name) =>
    Buffer.from(
      [
        "#!/bin/bash",
        "cat >> /etc/ecs/ecs.config <<END",
        `ECS_CLUSTER=${name}`,
        "ECS_ENABLE_GPU_SUPPORT=true",
        "ECS_ENABLE_SPOT_INSTANCE_DRAINING=true",
        "ECS_CONTAINER_STOP_TIMEOUT=110s",
        "END",
        "",
      ].join("\n"),
    ).toString("base64"),
  ),
});

const instances = new aws.autoscaling.Group("WorkerInstances", {
  minSize: 0,
  maxSize: stage.maxWorkers,
  vpcZoneIdentifiers: vpc.privateSubnets,
  protectFromScaleIn: true,
  capacityRebalance: true,
  mixedInstancesPolicy: {
    instancesDistribution: {
      onDemandBaseCapacity: 0,
      onDemandPercentageAboveBaseCapacity: 0,
      spotAllocationStrategy: "price-capacity-optimized",
    },
    launchTemplate: {
      launchTemplateSpecification: { launchTemplateId: launchTemplate.id, version: "$Latest" },
      overrides: stage.workerInstances.map((instanceType) => ({ instanceType })),
    },
  },
  tags: [
    { key: "AmazonECSManaged", value: "true", propagateAtLaunch: true },
    { key: "Name", value: `weightsmith-${$app.stage}-worker`, propagateAtLaunch: true },
  ],
});
const capacity = new aws.ecs.CapacityProvider("WorkerCapacity", {
  autoScalingGroupProvider: {
    autoScalingGroupArn: instances.arn,
    managedTerminationProtection: "ENABLED",
    managedDraining: "ENABLED",
    managedScaling: { status: "ENABLED", targetCapacity: 100, instanceWarmupPeriod: 120 },
  },
});
const providers = new aws.ecs.ClusterCapacityProviders("WorkersCapacity", {
  clusterName: cluster.name,
  capacityProviders: [capacity.name],
  defaultCapacityProviderStrategies: [{ capacityProvider: capacity.name, weight: 1 }],
});

const logs = new aws.cloudwatch.LogGroup("WorkerLogs", {
  retentionInDays: stage.logRetention === "1 week" ? 7 : 90,
});

const task = new aws.ecs.TaskDefinition("WorkerTask", {
  family: `weightsmith-${$app.stage}-worker`,
  requiresCompatibilities: ["EC2"],
  networkMode: "awsvpc",
  cpu: "3072",
  memory: "14336",
  taskRoleArn: taskRole.arn,
  executionRoleArn: executionRole.arn,
  volumes: [{ name: "models", hostPath: "/var/lib/weightsmith/models" }],
  containerDefinitions: $jsonStringify([
    {
      name: "worker",
      image,
      essential: true,
      user: "1000",
      readonlyRootFilesystem: false,
      linuxParameters: { initProcessEnabled: true, capabilities: { drop: ["ALL"] } },
      resourceRequirements: [{ type: "GPU", value: "1" }],
      // What a spot instance is given between the notice and its end is two minutes.
      stopTimeout: 110,
      environment: $util
        .output(workerVariables)
        .apply((all) => Object.entries(all).map(([name, value]) => ({ name, value }))),
      mountPoints: [{ sourceVolume: "models", containerPath: "/models-cache" }],
      healthCheck: {
        command: ["CMD", "node", "/app/gpu-worker/healthcheck.mjs"],
        interval: 30,
        timeout: 10,
        retries: 3,
        startPeriod: 300,
      },
      logConfiguration: {
        logDriver: "awslogs",
        options: {
          // Metrics are lines of the log.
          "awslogs-format": "json/emf",
          "awslogs-group": logs.name,
          "awslogs-region": region,
          "awslogs-stream-prefix": "worker",
        },
      },
    },
  ]),
});

const service = new aws.ecs.Service(
  "WorkerService",
  {
    cluster: cluster.arn,
    taskDefinition: task.arn,
    desiredCount: 0,
    capacityProviderStrategies: [{ capacityProvider: capacity.name, weight: 1 }],
    networkConfiguration: { subnets: vpc.privateSubnets, securityGroups: vpc.securityGroups },
    deploymentCircuitBreaker: { enable: true, rollback: true },
    // A deployment may stop every worker at once: jobs wait, and none is lost.
    deploymentMinimumHealthyPercent: 0,
    deploymentMaximumPercent: 100,
  },
  // How many there are is decided by the backlog.
  { ignoreChanges: ["desiredCount"], dependsOn: [providers] },
);

const scaled = new aws.appautoscaling.Target("WorkerScaling", {
  serviceNamespace: "ecs",
  scalableDimension: "ecs:service:DesiredCount",
  resourceId: $interpolate`service/${cluster.name}/${service.name}`,
  minCapacity: 0,
  maxCapacity: stage.maxWorkers,
});

/** Messages waiting or worked on, in all queues. */
const backlog = [
  ...allQueues.flatMap(({ jobs }, index) =>
    ["ApproximateNumberOfMessagesVisible", "ApproximateNumberOfMessagesNotVisible"].map(
      (metricName, part) => ({
        id: `m${index}${part}`,
        metric: {
          namespace: "AWS/SQS",
          metricName,
          dimensions: { QueueName: jobs.nodes.queue.name },
          period: 60,
          stat: "Maximum",
        },
      }),
    ),
  ),
  { id: "backlog", label: "Jobs waiting or worked on", expression: "SUM(METRICS())", returnData: true },
];

const grow = new aws.appautoscaling.Policy("WorkersGrow", {
  policyType: "StepScaling",
  serviceNamespace: scaled.serviceNamespace,
  scalableDimension: scaled.scalableDimension,
  resourceId: scaled.resourceId,
  stepScalingPolicyConfiguration: {
    adjustmentType: "ExactCapacity",
    metricAggregationType: "Maximum",
    cooldown: 60,
    // Counted from the alarm's threshold of one job: about ten jobs a worker.
    stepAdjustments: stepsOf(stage.maxWorkers),
  },
});
const shrink = new aws.appautoscaling.Policy("WorkersShrink", {
  policyType: "StepScaling",
  serviceNamespace: scaled.serviceNamespace,
  scalableDimension: scaled.scalableDimension,
  resourceId: scaled.resourceId,
  stepScalingPolicyConfiguration: {
    adjustmentType: "ExactCapacity",
    cooldown: 60,
    stepAdjustments: [{ metricIntervalUpperBound: "0", scalingAdjustment: 0 }],
  },
});

new aws.cloudwatch.MetricAlarm("JobsWait", {
  comparisonOperator: "GreaterThanOrEqualToThreshold",
  threshold: 1,
  evaluationPeriods: 1,
  treatMissingData: "notBreaching",
  metricQueries: backlog,
  alarmActions: [grow.arn],
});
new aws.cloudwatch.MetricAlarm("NothingToDo", {
  comparisonOperator: "LessThanThreshold",
  threshold: 1,
  // A GPU that was just woken stays for what comes next.
  evaluationPeriods: 10,
  treatMissingData: "breaching",
  metricQueries: backlog,
  alarmActions: [shrink.arn],
});

/** 1 worker for up to 10 jobs, 2 for up to 20, 4 for up to 40 … up to the most there may be. */
function stepsOf(most: number) {
  const steps = [];
  for (let workers = 1, from = 0; ; workers = Math.min(workers * 2, most)) {
    const to = workers * 10;
    if (workers >= most)
      return [...steps, { metricIntervalLowerBound: String(from), scalingAdjustment: most }];
    steps.push({
      metricIntervalLowerBound: String(from),
      metricIntervalUpperBound: String(to),
      scalingAdjustment: workers,
    });
    from = to;
  }
}
