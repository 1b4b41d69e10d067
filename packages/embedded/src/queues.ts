/**
 * The SQS protocol on the loopback interface, in memory: what is queued is lost when the server stops. That suits a
 * laptop, because the database knows every queued job and the sweeper sends its message again.
 */
import { buildApp } from "fauxqs";
import { type Credentials, newCredentials } from "./credentials.ts";
import { listenError, loopback } from "./ports.ts";

export interface QueueOptions {
  name: string;
  /** How long a received message stays hidden unless its consumer extends that. Default 30. */
  visibilitySeconds?: number;
  /** After so many receipts without a delete the message moves to `NAME-dead`. Default 5. */
  maxReceiveCount?: number;
}

export interface QueuesOptions {
  /** 0, the default, takes any free port. */
  port?: number;
  queues: readonly QueueOptions[];
  /** By default fresh ones. */
  credentials?: Credentials;
}

export interface Queues {
  endpoint: string;
  port: number;
  region: string;
  credentials: Credentials;
  /** By queue name: its URL and that of its dead-letter queue. */
  urls: Readonly<Record<string, { url: string; deadLetterUrl: string }>>;
  stop(): Promise<void>;
}

const region = "us-east-1";
const account = "000000000000";
const sqsJson = "application/x-amz-json-1.0";

/**
 * Starts the server with its queues, each with a dead-letter queue.
 * @throws PortTakenError
 */
export async function startQueues(options: QueuesOptions): Promise<Queues> {
  const credentials = options.credentials ?? newCredentials();
  const app = buildApp({ logger: false, defaultRegion: region });

  const call = async (action: string, body: object): Promise<void> => {
    const reply = await app.inject({
      method: "POST",
      url: "/",
      headers: {
        "content-type": sqsJson,
        "x-amz-target": `AmazonSQS.${action}`,
        authorization: `Credential=${credentials.accessKeyId}/`,
      },
      payload: JSON.stringify(body),
    });
    if (reply.statusCode !== 200) throw new Error(`${action} answered ${reply.statusCode}: ${reply.body}`);
  };

  // A page in a browser can reach this port as well. It cannot know the access key, and it always names its origin.
  app.addHook("onRequest", async (request, reply) => {
    const signedByUs = request.headers.authorization?.includes(`Credential=${credentials.accessKeyId}/`);
    if (signedByUs && request.headers.origin === undefined) return;
    return reply
      .code(403)
      .header("content-type", sqsJson)
      .send(
        JSON.stringify({ __type: "com.amazonaws.sqs#InvalidClientTokenId", message: "Unknown access key." }),
      );
  });

  // A consumer that went away during its long poll would otherwise hide the next message until its time is up.
  app.addHook("onSend", async (request, _reply, payload: unknown) => {
    const abandoned = request.raw.socket.destroyed;
    if (!abandoned || request.headers["x-amz-target"] !== "AmazonSQS.ReceiveMessage") return payload;
    const { QueueUrl } = request.body as { QueueUrl: string };
    const { Messages = [] } = JSON.parse(String(payload)) as { Messages?: { ReceiptHandle: string }[] };
    for (const { ReceiptHandle } of Messages) {
      await call("ChangeMessageVisibility", { QueueUrl, ReceiptHandle, VisibilityTimeout: 0 });
    }
    return payload;
  });

  const wanted = options.port ?? 0;
  try {
    await app.listen({ host: loopback, port: wanted });
  } catch (error) {
    throw listenError(error as NodeJS.ErrnoException, wanted, "SQS server");
  }
  const address = app.server.address();
  const port = typeof address === "object" && address ? address.port : wanted;
  const endpoint = `http://${loopback}:${port}`;
  const urlOf = (name: string) => `${endpoint}/${account}/${name}`;

  for (const { name, visibilitySeconds = 30, maxReceiveCount = 5 } of options.queues) {
    await call("CreateQueue", { QueueName: `${name}-dead` });
    const deadLetterTargetArn = `arn:aws:sqs:${region}:${account}:${name}-dead`;
    await call("CreateQueue", {
      QueueName: name,
      Attributes: {
        VisibilityTimeout: String(visibilitySeconds),
        RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount }),
      },
    });
  }

  return {
    endpoint,
    port,
    region,
    credentials,
    urls: Object.fromEntries(
      options.queues.map(({ name }) => [name, { url: urlOf(name), deadLetterUrl: urlOf(`${name}-dead`) }]),
    ),
    stop: () => app.close(),
  };
}
