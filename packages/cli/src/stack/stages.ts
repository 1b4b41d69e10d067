/** Parts that stop in the reverse order of their starting, those of one stage together. */

export interface Part {
  stop(graceSeconds: number): Promise<void>;
  /** Ends it at once. */
  kill(): void;
}

export class Stages {
  readonly #stages: Part[][] = [];

  /**
   * Starts the parts of the next stage together and remembers those that came up, so that they stop even if another one
   * failed.
   * @throws the first failure, once every start has ended
   */
  async start<const Parts extends readonly Part[]>(
    starts: { readonly [Index in keyof Parts]: Promise<Parts[Index]> },
  ): Promise<Parts> {
    const stage: Part[] = [];
    this.#stages.push(stage);
    const outcomes = await Promise.allSettled(starts as readonly Promise<Part>[]);
    for (const outcome of outcomes) if (outcome.status === "fulfilled") stage.push(outcome.value);
    for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
    return stage as unknown as Parts;
  }

  /** Rejects if a part could not be stopped, after the others were. */
  async stop(graceSeconds: number): Promise<void> {
    const failures: unknown[] = [];
    for (let stage = this.#stages.pop(); stage; stage = this.#stages.pop()) {
      const outcomes = await Promise.allSettled(stage.map((part) => part.stop(graceSeconds)));
      for (const outcome of outcomes) if (outcome.status === "rejected") failures.push(outcome.reason);
    }
    if (failures.length > 0) throw failures[0];
  }

  kill(): void {
    for (const part of this.#stages.flat().toReversed()) part.kill();
  }
}
