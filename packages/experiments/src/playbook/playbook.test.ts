import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  applyOperations,
  countUse,
  deduplicate,
  diffPlaybooks,
  emptyPlaybook,
  fromAceText,
  fromJsonLines,
  mergePlaybooks,
  type Operation,
  type Playbook,
  parsePlaybook,
  prune,
  Retriever,
  toAceText,
  toJsonLines,
} from "./index.ts";

const add = (content: string, key?: string): Operation => ({
  type: "ADD",
  section: "rules",
  content,
  ...(key === undefined ? {} : { key }),
});
const playbookOf = (...contents: string[]): Playbook =>
  applyOperations(
    emptyPlaybook,
    contents.map((content) => add(content)),
    0,
  ).playbook;

describe("operations", () => {
  test("add, update, merge and delete; what names no entry changes nothing", () => {
    const start = countUse(
      playbookOf("one thing", "two things", "three things"),
      { helpful: ["rules-00001", "rules-00002"] },
      3,
    );
    const { playbook, applied } = applyOperations(
      start,
      [
        { type: "UPDATE", id: "rules-00003", content: "third thing" },
        { type: "MERGE", ids: ["rules-00001", "rules-00002"], content: "first things" },
        { type: "DELETE", id: "rules-00009" },
        { type: "UPDATE", id: "rules-00002", content: "gone" },
        add("…"),
      ],
      5,
    );
    expect(applied.map(({ type }) => type)).toEqual(["UPDATE", "MERGE"]);
    expect(playbook.entries.map(({ id, content, helpful }) => [id, content, helpful])).toEqual([
      ["rules-00001", "first things", 2],
      ["rules-00003", "third thing", 0],
    ]);
    expect(start.entries[2]!.content).toBe("three things");
  });
});

describe("deduplication", () => {
  test("joins lessons that say the same, and their counts", () => {
    const start = countUse(
      playbookOf("Net sales is the row turnover.", "net sales is the row turnover"),
      { helpful: ["rules-00002"] },
      1,
    );
    const { playbook, removed } = deduplicate(start);
    expect(removed).toEqual(["rules-00002"]);
    expect(playbook.entries).toMatchObject([{ id: "rules-00001", helpful: 1 }]);
  });

  test("lessons that differ in a number or a key stay apart", () => {
    expect(
      deduplicate(playbookOf("kiln load: normal 20 to 40", "kiln load: normal 30 to 40")).removed,
    ).toEqual([]);
    const keyed = applyOperations(
      emptyPlaybook,
      [add("same words here", "a"), add("same words here", "b")],
      0,
    );
    expect(deduplicate(keyed.playbook).removed).toEqual([]);
  });
});

describe("pruning", () => {
  test("removes what harms, then the least worthy, and protects what is new", () => {
    let playbook = playbookOf("harms always", "helps always", "was never used");
    for (let use = 0; use < 3; use++)
      playbook = countUse(playbook, { harmful: ["rules-00001"], helpful: ["rules-00002"] }, use);
    playbook = applyOperations(playbook, [add("brand new lesson")], 100).playbook;
    expect(prune(playbook, { mostEntries: 10 }, 101).removed).toEqual(["rules-00001"]);
    expect(prune(playbook, { mostEntries: 2 }, 101).removed.toSorted()).toEqual([
      "rules-00001",
      "rules-00003",
    ]);
    expect(prune(playbook, { mostEntries: 1 }, 101).playbook.entries.map(({ content }) => content)).toContain(
      "brand new lesson",
    );
  });
});

describe("merging and comparing", () => {
  test("both playbooks' lessons, renumbered where ids clash; of one key the better proven", () => {
    const first = applyOperations(
      emptyPlaybook,
      [add("kiln: normal 1 to 2", "kiln"), add("alpha beta gamma")],
      0,
    ).playbook;
    const second = countUse(
      applyOperations(emptyPlaybook, [add("kiln: normal 1 to 3", "kiln"), add("delta epsilon zeta")], 0)
        .playbook,
      { helpful: ["rules-00001"] },
      1,
    );
    const merged = mergePlaybooks(first, second);
    expect(merged.entries.map(({ content }) => content)).toEqual([
      "kiln: normal 1 to 3",
      "alpha beta gamma",
      "delta epsilon zeta",
    ]);
    expect(new Set(merged.entries.map(({ id }) => id)).size).toBe(3);
    const diff = diffPlaybooks(first, merged);
    expect(diff.added.map(({ content }) => content)).toEqual(["delta epsilon zeta"]);
    expect(diff.changed.map(({ id }) => id)).toEqual(["rules-00001"]);
    expect(diff.removed).toEqual([]);
  });
});

describe("formats", () => {
  const word = fc.stringMatching(/^[a-z]{1,8}$/);
  test("JSON Lines keep everything, for any lessons", () => {
    const lessons = fc.array(
      fc.record({ section: word, content: fc.array(word, { minLength: 1 }).map((w) => w.join(" ")) }),
      {
        maxLength: 8,
      },
    );
    fc.assert(
      fc.property(lessons, fc.nat(9), (list, now) => {
        const { playbook } = applyOperations(
          emptyPlaybook,
          list.map((lesson) => ({ type: "ADD", ...lesson })),
          now,
        );
        expect(fromJsonLines(toJsonLines(playbook))).toEqual(playbook);
        expect(
          fromAceText(toAceText(playbook))
            .entries.map(({ content }) => content)
            .sort(),
        ).toEqual(playbook.entries.map(({ content }) => content).sort());
      }),
    );
  });

  test("reads ACE's lines", () => {
    const text = "## Strategies\n[strategies-00007] helpful=5 harmful=1 :: add the scale\n";
    expect(parsePlaybook(text)).toMatchObject({
      next: 8,
      entries: [
        { id: "strategies-00007", section: "Strategies", helpful: 5, harmful: 1, content: "add the scale" },
      ],
    });
    expect(toAceText(parsePlaybook(text))).toBe(text);
  });

  test("a broken line is named", () => {
    expect(() => fromAceText("[a-1] helpful=x :: b")).toThrow(/Line 1/);
    expect(() => fromJsonLines('{"id": "a-1", "section": "s"}')).toThrow(/Line 1, key "content"/);
    expect(() => fromJsonLines("{")).toThrow(/Line 1 is not JSON/);
  });
});

test("retrieval finds the lesson that the question is about", () => {
  const playbook = playbookOf(
    "kiln load: normal 20 to 40",
    "pump load: normal 30 to 50",
    "fan speed: normal 10 to 20",
  );
  const retriever = new Retriever(playbook);
  expect(retriever.top("Unit 2 at 10:00, pump load 44. Low, normal or high?", 1)[0]!.entry.content).toMatch(
    /^pump load/,
  );
  expect(retriever.top("what is the capital of France", 3)).toEqual([]);
  expect(new Retriever(emptyPlaybook).top("anything", 3)).toEqual([]);
});
