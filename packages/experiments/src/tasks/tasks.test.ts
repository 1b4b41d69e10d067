import { EXPERIMENT_TASKS } from "@weightsmith/contract";
import { Random } from "@weightsmith/nn";
import { describe, expect, test } from "vitest";
import { optionsOf, readingsOf, rowsOf, stemOf } from "./form.ts";
import { DOMAINS, drawWorld, partOf } from "./generated/index.ts";
import { drawNames, type NameKind } from "./generated/names.ts";
import { generatedTask, partSizes } from "./generated/task.ts";
import { importMedQa } from "./import/medqa.ts";
import { importTatQa } from "./import/tatqa.ts";
import { parseItems, parseItemsText, parseJson } from "./item.ts";
import { findTask, taskNames, taskOfItems } from "./registry.ts";

describe("data sets", () => {
  const item = { id: "1", question: "Why?", answer: "Because." };

  test.each([
    [[item, { ...item, id: "2", answr: "x" }], /Item 1, key "answr"/],
    [[{ id: "1", question: "Why?" }], /Item 0, key "answer"/],
    [[{ ...item, answer: 3 }], /Item 0, key "answer"/],
    [[item, item], /Item 1, key "id": "1" is also the id of item 0/],
    [{}, /not a list/],
    [[], /no items/],
  ])("what is wrong is named by index and key: %j", (value, message) =>
    expect(() => parseItems(value)).toThrow(message),
  );

  test("JSON, JSON Lines, and what is neither", () => {
    expect(parseItemsText(JSON.stringify([item]), { domain: "iot" })).toMatchObject([
      { domain: "iot", context: "" },
    ]);
    expect(parseJson(`${JSON.stringify(item)}\n${JSON.stringify(item)}\n`)).toHaveLength(2);
    expect(() => parseJson('{"a": 1}\n{oops}\n')).toThrow(/Line 2/);
    expect(() => parseJson("[{")).toThrow(/not JSON/);
  });

  test("parts of a data set share no item, unless it is tiny", () => {
    const items = Array.from({ length: 20 }, (_, index) => ({
      ...item,
      id: String(index),
      context: "",
      domain: "x",
    }));
    const { train, validation, test: measured } = taskOfItems("own", items);
    expect([train.length, validation.length, measured.length]).toEqual([8, 4, 8]);
    expect(new Set([...train, ...validation, ...measured]).size).toBe(20);
    expect(taskOfItems("own", items.slice(0, 3)).test).toHaveLength(3);
  });
});

describe("published formats", () => {
  test("TAT-QA: the table as lines, the scale in the answer", () => {
    const file = [
      {
        table: {
          uid: "t",
          table: [
            ["", "2019", "2018"],
            ["Net sales", "$1,204", "$1,150"],
            ["Costs:", "", ""],
          ],
        },
        paragraphs: [{ uid: "p", order: 1, text: "In millions." }],
        questions: [
          { uid: "q1", question: "What were net sales in 2019?", answer: ["1,204"], scale: "million" },
          { uid: "q2", question: "Unanswered?" },
          { uid: "q3", question: "By how much did they grow?", answer: 4.7, scale: "percent" },
        ],
      },
    ];
    const items = importTatQa(file);
    expect(items.map(({ id, answer }) => [id, answer])).toEqual([
      ["q1", "1,204 million"],
      ["q3", "4.7%"],
    ]);
    expect(items[0]!.context).toBe("Net sales: 2019 $1,204, 2018 $1,150\nCosts:\nIn millions.");
    expect(() => importTatQa([{ table: 3 }])).toThrow(/Context 0, key "table"/);
  });

  test("MedQA: options by letter, the answer by text or letter", () => {
    const question = { question: "Which?", options: { A: "liver", B: "spleen" }, answer_idx: "B" };
    const [item] = importMedQa([question]);
    expect(item).toMatchObject({ answer: "spleen", question: "Which?\nA) liver\nB) spleen" });
    expect(() => importMedQa([question, { question: "x" }])).toThrow(/Question 1, key "options"/);
    expect(() => importMedQa([{ ...question, answer_idx: "Z" }])).toThrow(/key "answer"/);
  });
});

describe("generated tasks", () => {
  test("the parts have the sizes promised and share no question", () => {
    for (const domain of DOMAINS) {
      const task = generatedTask(domain);
      expect([task.train.length, task.validation.length, task.test.length]).toEqual(Object.values(partSizes));
      const all = [...task.train, ...task.validation, ...task.test].map(
        ({ context, question }) => `${context}\n${question}`,
      );
      expect(new Set(all).size).toBe(all.length);
    }
  });

  test("names of tasks never occur in training worlds", () => {
    const random = new Random(3);
    for (const kind of ["condition", "drug", "row", "term", "sensor"] satisfies NameKind[]) {
      for (const name of drawNames(kind, 12, "training", random)) expect(partOf(name)).toBe("training");
      for (const name of drawNames(kind, 12, "tasks", random)) expect(partOf(name)).toBe("tasks");
    }
  });

  test("the deciding fact and the step before the answer hold the answer's reason", () => {
    for (const domain of DOMAINS) {
      const random = new Random(5);
      const world = drawWorld(domain, "training", random);
      for (let draw = 0; draw < 30; draw++) {
        const { fact, why } = world.draw(random);
        if (fact !== undefined) expect(why.startsWith(world.facts[fact]!.lesson)).toBe(true);
      }
    }
  });
});

test("what the API says about tasks is so", () => {
  expect(EXPERIMENT_TASKS.map(({ name }) => name)).toEqual(taskNames());
  for (const { name, domain, questions } of EXPERIMENT_TASKS) {
    const { train, validation, test: measured, domain: own } = findTask(name);
    expect(own).toBe(domain);
    expect(new Set([...train, ...validation, ...measured]).size).toBe(questions);
  }
  expect(() => findTask("nope")).toThrow(/tatqa_tiny/);
});

test("forms are read back from texts", () => {
  const question = "Which organ?\nA) liver\nB) spleen";
  expect(optionsOf(question)).toEqual([
    { letter: "A", text: "liver" },
    { letter: "B", text: "spleen" },
  ]);
  expect(stemOf(question)).toBe("Which organ?");
  expect(rowsOf("net sales: 2019 1,204, 2018 (15)\nno row")).toEqual([
    {
      label: "net sales",
      cells: [
        ["2019", "1,204"],
        ["2018", "(15)"],
      ],
    },
  ]);
  expect(readingsOf("Unit 2 at 09:00, kiln load 93. Low, normal or high?")).toEqual([
    { sensor: "kiln load", value: 93 },
  ]);
});
