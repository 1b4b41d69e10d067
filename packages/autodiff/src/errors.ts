// The two ways a graph can be wrong at build time. Both say which operation refused, the invariant it keeps, what it
// received and what to do about it. Nothing here knows of devices or of running a graph.

/** What a refused operation reports. */
export interface Refusal {
  /** The operation's public name, `matmul`. */
  readonly operation: string;
  /** What must hold, as a clause: "the inner dimensions must be equal". */
  readonly invariant: string;
  /** What was passed instead, `[2,3] × [4,5]`. */
  readonly received: string;
  /** What to change, as a sentence. */
  readonly remedy: string;
}

function describe({ operation, invariant, received, remedy }: Refusal): string {
  return `${operation}: ${invariant}; received ${received}. ${remedy}`;
}

/** A shape breaks an operation's invariant. Thrown while the graph is built, never while it runs. */
export class ShapeError extends Error implements Refusal {
  override readonly name = "ShapeError";
  readonly operation: string;
  readonly invariant: string;
  readonly received: string;
  readonly remedy: string;

  constructor(refusal: Refusal) {
    super(describe(refusal));
    this.operation = refusal.operation;
    this.invariant = refusal.invariant;
    this.received = refusal.received;
    this.remedy = refusal.remedy;
  }
}

/** An element type breaks an operation's invariant. Thrown while the graph is built, never while it runs. */
export class DtypeError extends Error implements Refusal {
  override readonly name = "DtypeError";
  readonly operation: string;
  readonly invariant: string;
  readonly received: string;
  readonly remedy: string;

  constructor(refusal: Refusal) {
    super(describe(refusal));
    this.operation = refusal.operation;
    this.invariant = refusal.invariant;
    this.received = refusal.received;
    this.remedy = refusal.remedy;
  }
}
