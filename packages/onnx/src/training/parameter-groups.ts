// Trainable parameters in the form in which a step updates them: small ones end to end as one vector, since an update is
// a dozen kernels whatever its size, and an adapter has dozens of small matrices; large ones alone, without a copy.
import { elementCount, nameOf, type Shape, type Tensor } from "@weightsmith/autodiff";
import type { GraphBuilder } from "../lowering/builder.ts";
import type { Recipe } from "./recipe.ts";

export interface ParameterGroup {
  readonly members: readonly Tensor[];
  /** That of the only member, or of all of them end to end. */
  readonly shape: Shape;
  /** Whether weight decay shrinks them. */
  readonly decays: boolean;
}

/** From this many elements on a copy costs more than kernels that are called once more. */
const largeElements = 65_536;

const sizeOf = ({ shape }: Tensor): number => Number(elementCount(shape));

/** Every trainable parameter in one group. */
export function groupParameters({ trainable, optimizer = {} }: Recipe): ParameterGroup[] {
  const decays = optimizer.decays ?? ((_name: string, shape: readonly number[]) => shape.length >= 2);
  const decayOf = (tensor: Tensor) => decays(nameOf(tensor), tensor.shape as readonly number[]);
  const small = trainable.filter((tensor) => sizeOf(tensor) < largeElements);
  const large = trainable.filter((tensor) => sizeOf(tensor) >= largeElements);
  const together = [true, false].flatMap((decay) => {
    const members = small.filter((tensor) => decayOf(tensor) === decay);
    return members.length === 0 ? [] : [groupOf(members, decay)];
  });
  return [...together, ...large.map((tensor) => groupOf([tensor], decayOf(tensor)))];
}

function groupOf(members: readonly Tensor[], decays: boolean): ParameterGroup {
  const shape = members.length === 1 ? members[0]!.shape : [members.reduce((sum, t) => sum + sizeOf(t), 0)];
  return { members, shape, decays };
}

/** The values of a group's members as one value of the group's shape. */
export function joinGroup(
  graph: GraphBuilder,
  { members }: ParameterGroup,
  names: readonly string[],
): string {
  if (members.length === 1) return names[0]!;
  const flat = names.map((name) => graph.node("Reshape", [name, graph.integers([-1])]));
  return graph.node("Concat", flat, { axis: 0 });
}

/** The values of a group's members, of their own shapes. */
export function splitGroup(graph: GraphBuilder, { members }: ParameterGroup, name: string): string[] {
  if (members.length === 1) return [name];
  const sizes = graph.integers(members.map(sizeOf));
  const parts = graph.nodes("Split", [name, sizes], members.length, { axis: 0 });
  return members.map(({ shape }, k) => graph.node("Reshape", [parts[k]!, graph.shape(shape)]));
}
