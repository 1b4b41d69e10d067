/** A program of Ann's in a world with a real interpreter, compiled for good. */
import { type CompileRequestInput, jobSchema } from "@weightsmith/contract";
import { asking } from "./asking.ts";
import type { TinyWorld } from "./tiny-world.ts";

/** @returns its id */
export async function makeProgramWith(
  { services, ann, work }: TinyWorld,
  request: CompileRequestInput,
): Promise<string> {
  const ask = asking(services, ann);
  const body = { method: "context", ...request };
  const { id } = jobSchema.parse(await (await ask("POST", "/v1/compile", { body })).json());
  await work();
  const job = jobSchema.parse(await (await ask("GET", `/v1/jobs/${id}`)).json());
  if (job.state !== "succeeded") throw new Error(`the job ${job.state}: ${job.error?.message}`);
  return job.programId!;
}
