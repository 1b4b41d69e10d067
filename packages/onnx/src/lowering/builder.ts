// A graph of ONNX under construction: fresh names, shared constants, run-time shapes. A body of a loop is a child
// builder: it sees the names of its parents, and its constants become initialisers of the outermost graph, where the
// runtime may treat them as weights.
import { type Dim, type Dtype, dimTerms, hostData, type Shape, type TensorData } from "@weightsmith/autodiff";
import type { Attribute, GraphProto, NodeProto, TensorProto, ValueInfo } from "../model/proto.ts";
import type { QuantizedWeight } from "../quantized-weight.ts";

type Attributes = Readonly<Record<string, Attribute>>;

/** What all builders of one model share. */
interface ModelScope {
  readonly initializers: TensorProto[];
  readonly quantized: Map<string, QuantizedWeight>;
  readonly constants: Map<string, string>;
  names: number;
}

export class GraphBuilder {
  readonly #nodes: NodeProto[] = [];
  readonly #model: ModelScope;
  readonly #parent: GraphBuilder | undefined;
  /** Symbol → the int64 [1] value that holds its size. */
  readonly #sizes = new Map<string, string>();
  /** Operator, inputs and attributes → results, so that equal subexpressions are computed once. */
  readonly #results = new Map<string, string[]>();

  constructor(parent?: GraphBuilder) {
    this.#parent = parent;
    this.#model = parent
      ? parent.#model
      : {
          initializers: [],
          quantized: new Map(),
          constants: new Map(),
          names: 0,
        };
  }

  /** A builder for the body of a loop inside this graph. */
  body(): GraphBuilder {
    return new GraphBuilder(this);
  }

  /** A name that no other value of the model has. */
  name(hint: string): string {
    return `${hint}#${this.#model.names++}`;
  }

  /** Adds an operator with one result. */
  node(opType: string, inputs: readonly string[], attributes: Attributes = {}, domain = ""): string {
    return this.nodes(opType, inputs, 1, attributes, domain)[0]!;
  }

  /** Adds an operator with several results. One that was added before, here or in a parent, is not added again. */
  nodes(
    opType: string,
    inputs: readonly string[],
    outputs: number,
    attributes: Attributes = {},
    domain = "",
  ): string[] {
    const key = JSON.stringify([opType, domain, outputs, inputs, attributes]);
    const known = this.#known(key);
    if (known) return known;
    const name = this.name(opType);
    const results = Array.from({ length: outputs }, (_, k) => (outputs === 1 ? name : `${name}_${k}`));
    this.#nodes.push({ name, opType, domain, inputs, outputs: results, attributes });
    this.#results.set(key, results);
    return results;
  }

  #known(key: string): string[] | undefined {
    const own = this.#results.get(key);
    return own === undefined && this.#parent ? this.#parent.#known(key) : own;
  }

  /** Adds an operator whose results have given names. */
  named(
    opType: string,
    inputs: readonly string[],
    outputs: readonly string[],
    attributes: Attributes = {},
  ): void {
    this.#nodes.push({ name: this.name(opType), opType, domain: "", inputs, outputs, attributes });
  }

  /** A constant; small ones are shared. The name is `label` if one is given. */
  constant(dtype: Dtype, shape: readonly number[], data: TensorData, label?: string): string {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    const key = label === undefined && bytes.length <= 64 ? `${dtype} ${shape} ${bytes}` : undefined;
    const known = key === undefined ? undefined : this.#model.constants.get(key);
    if (known !== undefined) return known;
    const name = label ?? this.name("constant");
    this.#model.initializers.push({ name, dtype, shape, data: bytes });
    if (key !== undefined) this.#model.constants.set(key, name);
    return name;
  }

  /** A matrix kept in few bits: two initialisers, known to products under `name`. */
  quantizedWeight(name: string, weight: QuantizedWeight): void {
    const [rows, columns] = weight.shape;
    const blocks = Math.ceil(columns / weight.blockSize);
    const bytes = (weight.blockSize * weight.bits) / 8;
    this.constant("uint8", [rows, blocks, bytes], weight.data, this.quantizedParts(name).data);
    this.constant("float32", [rows * blocks], weight.scales, this.quantizedParts(name).scales);
    this.#model.quantized.set(name, weight);
  }

  /** Names of the initialisers that hold a quantized weight. */
  quantizedParts(name: string): { data: string; scales: string } {
    return { data: `${name}/quantized`, scales: `${name}/scales` };
  }

  /** The quantized weight of that name, if it is one. */
  quantized(name: string): QuantizedWeight | undefined {
    return this.#model.quantized.get(name);
  }

  /** A weight whose bytes may lie outside the model. */
  initializer(tensor: TensorProto): void {
    this.#model.initializers.push(tensor);
  }

  scalar(value: number, dtype: Dtype = "float32"): string {
    return this.constant(dtype, [], hostData(dtype, [value]));
  }

  /** An int64 vector, as axes and shapes are passed to operators. */
  integers(values: readonly number[]): string {
    return this.constant("int64", [values.length], hostData("int64", values));
  }

  /** Binds the symbols that stand alone in an input's shape to its sizes at run time. */
  bindSymbols(name: string, shape: Shape): void {
    for (const [axis, dim] of shape.entries()) {
      if (typeof dim !== "string" || !/^\w+$/.test(dim) || this.#size(dim)) continue;
      this.#sizes.set(dim, this.node("Shape", [name], { start: axis, end: axis + 1 }));
    }
  }

  #size(symbol: string): string | undefined {
    const own = this.#sizes.get(symbol);
    return own === undefined && this.#parent ? this.#parent.#size(symbol) : own;
  }

  /** A dimension as int64 [1]. @throws RangeError if a symbol is bound by no input */
  dimension(dim: Dim): string {
    if (typeof dim === "number") return this.integers([dim]);
    const known = this.#sizes.get(dim);
    if (known) return known;
    let total: string | undefined;
    for (const [coefficient, symbols] of dimTerms(dim)) {
      let product = coefficient === 1 && symbols.length > 0 ? undefined : this.integers([coefficient]);
      for (const symbol of symbols) {
        const size = this.#size(symbol);
        if (size === undefined) {
          throw new RangeError(
            `No input binds the dimension "${symbol}": some input must have it alone as the size of an axis.`,
          );
        }
        product = product === undefined ? size : this.node("Mul", [product, size]);
      }
      total = total === undefined ? product : this.node("Add", [total, product!]);
    }
    const value = total ?? this.integers([0]);
    this.#sizes.set(dim, value);
    return value;
  }

  /** A shape as an int64 vector, computed at run time where it has symbols. */
  shape(shape: Shape): string {
    if (shape.every((dim) => typeof dim === "number")) return this.integers(shape);
    return this.node(
      "Concat",
      shape.map((dim) => this.dimension(dim)),
      { axis: 0 },
    );
  }

  /** The finished graph. Initialisers belong to the outermost one. */
  finish(name: string, inputs: readonly ValueInfo[], outputs: readonly ValueInfo[]): GraphProto {
    const initializers = this.#parent ? [] : this.#model.initializers;
    return { name, nodes: this.#nodes, initializers, inputs, outputs };
  }
}
