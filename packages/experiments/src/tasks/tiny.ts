/** Three small tasks written by hand, to see that everything works: every part holds all of their items. */
import { parseItems, type Task } from "./item.ts";

const tiny = (name: string, domain: string, about: string, rows: readonly (readonly string[])[]): Task => {
  const items = parseItems(
    rows.map(([question, answer, context = ""], index) => ({
      id: `${name}-${index + 1}`,
      question,
      answer,
      context,
    })),
    { domain },
  );
  return { name, domain, about, train: items, validation: items, test: items };
};

export const tinyTasks: readonly Task[] = [
  tiny("tatqa_tiny", "finance", "three questions about small report tables", [
    [
      "What was net revenue in 2019?",
      "412",
      "net revenue: 2019 412, 2018 398\noperating costs: 2019 230, 2018 241",
    ],
    [
      "By how much did cash change from 2020 to 2021?",
      "(15)",
      "cash: 2021 85, 2020 100\nloans: 2021 40, 2020 40",
    ],
    ["In which year were deferred taxes higher?", "2018", "deferred taxes: 2019 17, 2018 23"],
  ]),
  tiny("medqa_tiny", "medical", "three multiple-choice questions", [
    [
      "Which vitamin does the body need to absorb calcium from food?\nA) vitamin C\nB) vitamin D\nC) vitamin K\nD) vitamin B12",
      "vitamin D",
    ],
    ["Which organ makes insulin?\nA) liver\nB) spleen\nC) pancreas\nD) thyroid", "pancreas"],
    [
      "Which vessel carries blood from the heart to the lungs?\nA) aorta\nB) pulmonary artery\nC) pulmonary vein\nD) vena cava",
      "pulmonary artery",
    ],
  ]),
  tiny("iot_tiny", "iot", "five sensor readings to be labelled", [
    ["Unit 1 at 08:00, boiler pressure 92. Low, normal or high?", "high"],
    ["Unit 2 at 08:00, boiler pressure 55. Low, normal or high?", "normal"],
    ["Unit 1 at 09:00, fan speed 12. Low, normal or high?", "low"],
    ["Unit 3 at 09:00, fan speed 48. Low, normal or high?", "normal"],
    ["Unit 2 at 10:00, boiler pressure 20. Low, normal or high?", "low"],
  ]),
];
