/** The moments at which a worker may be killed, from before it knows the job to after it is done with it. */
import { writeFileSync } from "node:fs";
import path from "node:path";
import { PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { DeleteMessageCommand, ReceiveMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { queueMessageSchema } from "@weightsmith/contract";
import type { Database } from "@weightsmith/core";
import type { Handler } from "../../src/index.ts";
import { requestSchema } from "./job.ts";

export const MOMENTS = [
  "message received",
  "claim not committed",
  "claim committed",
  "progress reported",
  "checkpoint not uploaded",
  "checkpoint uploaded, pointer not moved",
  "checkpoint saved",
  "artifact not uploaded",
  "artifact uploaded",
  "end not committed",
  "end committed, message not deleted",
  "message deleted",
] as const;
export type Moment = (typeof MOMENTS)[number];

/** Kills this process with SIGKILL at the moment that the job it has in hand asks for; each job's kill happens once. */
export class Assassin {
  readonly #markers: string;
  readonly #db: Database.Database;
  #jobId = "";
  #killAt: string | undefined;
  #claimed = false;

  /** @param markers a folder in which killed jobs are noted, shared by all workers */
  constructor(markers: string, db: Database.Database) {
    this.#markers = markers;
    this.#db = db;
  }

  #at(moment: Moment): void {
    if (this.#killAt !== moment) return;
    try {
      writeFileSync(path.join(this.#markers, this.#jobId), moment, { flag: "wx" });
    } catch {
      return; // Killed for this job before.
    }
    process.kill(process.pid, "SIGKILL");
  }

  async #meet(jobId: string): Promise<void> {
    const [row] = await this.#db.sql`select request from job where id = ${jobId}`;
    this.#jobId = jobId;
    this.#killAt = row && requestSchema.parse(row.request).killAt;
    this.#claimed = false;
  }

  sqs(client: SQSClient): SQSClient {
    return around(
      client,
      async (command, proceed) => {
        const answer = await proceed();
        if (command instanceof ReceiveMessageCommand) {
          const { Messages } = answer as { Messages?: { Body: string }[] };
          if (Messages?.[0]) {
            await this.#meet(queueMessageSchema.parse(JSON.parse(Messages[0].Body)).jobId);
            this.#at("message received");
          }
        }
        if (command instanceof DeleteMessageCommand) this.#at("message deleted");
        return answer;
      },
      (command) => {
        if (command instanceof DeleteMessageCommand) this.#at("end committed, message not deleted");
      },
    );
  }

  s3(client: S3Client): S3Client {
    return around(
      client,
      async (command, proceed) => {
        const answer = await proceed();
        if (command instanceof PutObjectCommand) {
          const isCheckpoint = command.input.Key!.startsWith("checkpoints/");
          this.#at(isCheckpoint ? "checkpoint uploaded, pointer not moved" : "artifact uploaded");
        }
        return answer;
      },
      (command) => {
        if (!(command instanceof PutObjectCommand)) return;
        const isCheckpoint = command.input.Key!.startsWith("checkpoints/");
        this.#at(isCheckpoint ? "checkpoint not uploaded" : "artifact not uploaded");
      },
    );
  }

  /** The transactions of a delivery are its claim and its end. */
  db(database: Database.Database): Database.Database {
    const begin = (work: (tx: unknown) => Promise<unknown>) =>
      database.sql.begin(async (tx) => {
        const result = await work(tx);
        this.#at(this.#claimed ? "end not committed" : "claim not committed");
        return result;
      });
    const sql = new Proxy(database.sql, {
      get: (target, name) => (name === "begin" ? begin : Reflect.get(target, name)),
    });
    return { ...database, sql };
  }

  handler(handle: Handler): Handler {
    return async (context) => {
      // The job that was begun need not be the one that the message names.
      if (context.job.id !== this.#jobId) await this.#meet(context.job.id);
      this.#claimed = true;
      this.#at("claim committed");
      return handle({
        ...context,
        progress: (progress) => {
          context.progress(progress);
          if (progress.done === 2) this.#at("progress reported");
        },
        checkpoint: {
          load: context.checkpoint.load,
          save: async (bytes, step) => {
            await context.checkpoint.save(bytes, step);
            this.#at("checkpoint saved");
          },
        },
      });
    };
  }
}

type Send = (command: unknown, ...rest: unknown[]) => Promise<unknown>;

function around<Client extends object>(
  client: Client,
  wrap: (command: unknown, proceed: () => Promise<unknown>) => Promise<unknown>,
  before: (command: unknown) => void,
): Client {
  const send = (client as { send: Send }).send.bind(client);
  return new Proxy(client, {
    get: (target, name) => {
      if (name !== "send") return Reflect.get(target, name);
      return (command: unknown, ...rest: unknown[]) => {
        before(command);
        return wrap(command, () => send(command, ...rest));
      };
    },
  });
}
