/** JSON objects and arrays as expressions, of members and items that are expressions already. */
import { choice, type Expression, empty, literal, never, optional, repeat, sequence } from "./expression.ts";
import type { JsonStyle } from "./json-text.ts";

/** A key, colon and value. */
export interface Member {
  readonly isRequired: boolean;
  readonly pair: Expression;
}

/** How many there may be. */
export interface Count {
  readonly least: number;
  readonly most: number;
}

/** Makes an expression a rule of its own, so that it stands in the grammar once. */
type AsRule = (body: Expression) => Expression;

/** `least` to `most` items with commas between, and the white space after them. */
function listed({ comma, inside }: JsonStyle, item: Expression, { least, most }: Count): Expression {
  if (most < least) return never;
  if (most === 0) return empty;
  const list = sequence(item, repeat(sequence(comma, item), Math.max(0, least - 1), most - 1), inside);
  return least === 0 ? optional(list) : list;
}

/** An object of any pairs of one kind. */
export function mapOf(style: JsonStyle, pair: Expression, count: Count): Expression {
  return sequence(literal("{"), style.inside, listed(style, pair, count), literal("}"));
}

/**
 * An object of these members in their order, the required ones always, then any number of others.
 * @param other a pair that is none of the members; `never` where there may be none
 */
export function objectOf(
  style: JsonStyle,
  members: readonly Member[],
  other: Expression,
  asRule: AsRule,
): Expression {
  const { comma, inside } = style;
  const others = other.kind === "never" ? empty : repeat(sequence(comma, other), 0);
  /** Members from `index` on, after at least one. */
  const following = (index: number) =>
    sequence(
      ...members.slice(index).map(({ isRequired, pair }) => {
        const next = sequence(comma, pair);
        return isRequired ? next : optional(next);
      }),
      others,
    );
  /** Ways to begin: with each member that only optional ones precede. */
  const beginnings: Expression[] = [];
  for (const [index, { isRequired, pair }] of members.entries()) {
    beginnings.push(sequence(pair, asRule(following(index + 1)), inside));
    if (isRequired) break;
  }
  if (!members.some(({ isRequired }) => isRequired)) {
    beginnings.push(empty);
    if (other.kind !== "never") beginnings.push(sequence(other, others, inside));
  }
  return sequence(literal("{"), inside, choice(...beginnings), literal("}"));
}

/** An array that begins with `first`, each at its place, and goes on with any number of `item`. */
export function arrayOf(
  style: JsonStyle,
  first: readonly Expression[],
  item: Expression,
  { least, most }: Count,
): Expression {
  const { comma, inside } = style;
  const brackets = (content: Expression) => sequence(literal("["), inside, content, literal("]"));
  if (most < least) return never;
  if (first.length === 0) return brackets(listed(style, item, { least, most }));
  /** Items from a place after the first on. */
  let following = repeat(
    sequence(comma, item),
    Math.max(0, least - first.length),
    Math.max(0, most - first.length),
  );
  for (let index = Math.min(first.length, most) - 1; index >= 1; index--) {
    const next = sequence(comma, first[index]!, following);
    following = index >= least ? optional(next) : next;
  }
  const list = most === 0 ? empty : sequence(first[0]!, following, inside);
  return brackets(least === 0 ? optional(list) : list);
}
