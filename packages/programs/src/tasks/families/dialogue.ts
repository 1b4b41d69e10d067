/** Slots in what people say: amounts, places, times, persons. */
import { families } from "../family.ts";
import type { Random } from "../random.ts";
import { city, firstName, product } from "../vocabulary/names.ts";
import { inWords } from "../vocabulary/number-words.ts";
import { missing } from "../vocabulary/wording.ts";
import { code, digits, phrase, plainWords, thing } from "../vocabulary/words.ts";

const clock = (random: Random) =>
  `${random.between(1, 12)}${random.pick(["", ":30", ":15"])} ${random.pick(["am", "pm"])}`;
const days = [
  "monday",
  "tuesday",
  "wednesday",
  "thursday",
  "friday",
  "saturday",
  "sunday",
  "tomorrow",
  "today",
];
const rooms = ["kitchen", "bedroom", "bathroom", "hall", "garage", "office", "garden", "living room"];
const devices = ["lamp", "fan", "heater", "radio", "tv", "light", "speaker", "oven"];
const polite = (random: Random, text: string) =>
  random.pick([text, text, `please ${text}`, `${text} please`, `can you ${text}?`, `hey, ${text}`]);

/** Things one can ask for, as the slots and the sentences that use them. */
const scenes = {
  table: {
    slots: {
      people: (r: Random) => String(r.between(2, 12)),
      time: clock,
      day: (r: Random) => r.pick(days),
      name: firstName,
    },
    lines: [
      "book a table for {people} at {time} on {day} for {name}",
      "table for {people}, {day} at {time}, name {name}",
      "{name} needs a table on {day} at {time} for {people} people",
    ],
  },
  trip: {
    slots: {
      from: city,
      to: city,
      day: (r: Random) => r.pick(days),
      people: (r: Random) => String(r.between(1, 6)),
    },
    lines: [
      "a flight from {from} to {to} on {day} for {people}",
      "train {from} to {to}, {day}, {people} tickets",
      "i fly from {from} to {to} {day} with {people} people",
      "{people} seats to {to} from {from} on {day}",
    ],
  },
  payment: {
    slots: { amount: (r: Random) => String(r.between(1, 900)), name: firstName, reason: thing },
    lines: [
      "pay {amount} euros to {name} for the {reason}",
      "send {name} {amount} dollars for {reason}",
      "transfer {amount} to {name}, {reason}",
    ],
  },
  reminder: {
    slots: {
      task: (r: Random) => `${r.pick(["buy", "call", "clean", "find", "check"])} the ${thing(r)}`,
      time: clock,
      day: (r: Random) => r.pick(days),
    },
    lines: [
      "remind me to {task} at {time} on {day}",
      "{day} {time}: {task}",
      "on {day} at {time} i have to {task}",
    ],
  },
  order: {
    slots: { qty: (r: Random) => String(r.between(1, 30)), item: product, city },
    lines: [
      "i want {qty} of the {item} sent to {city}",
      "order {qty} {item} to {city}",
      "ship {qty} x {item} to {city}",
      "{city} needs {qty} {item}",
    ],
  },
  device: {
    slots: {
      device: (r: Random) => r.pick(devices),
      room: (r: Random) => r.pick(rooms),
      level: (r: Random) => String(r.between(1, 100)),
    },
    lines: [
      "set the {device} in the {room} to {level}",
      "{room} {device} to {level} percent",
      "turn the {room} {device} to {level}",
    ],
  },
} satisfies Record<string, { slots: Record<string, (random: Random) => string>; lines: readonly string[] }>;
type Scene = keyof typeof scenes;
const sceneNames = Object.keys(scenes) as Scene[];

function speak(scene: Scene, random: Random): { text: string; values: Record<string, string> } {
  const { slots, lines } = scenes[scene] as {
    slots: Record<string, (r: Random) => string>;
    lines: readonly string[];
  };
  const values = Object.fromEntries(Object.entries(slots).map(([slot, make]) => [slot, make(random)]));
  if (scene === "trip") while (values.to === values.from) values.to = city(random);
  const text = random.pick(lines).replace(/\{(\w+)\}/g, (_, slot: string) => values[slot] as string);
  return { text: polite(random, text), values };
}

const spoken: Readonly<Record<string, string>> = {
  people: "number of people",
  time: "time",
  day: "day",
  name: "person's name",
  from: "place of departure",
  to: "destination",
  amount: "amount",
  reason: "reason",
  task: "task",
  qty: "quantity",
  item: "item",
  city: "city",
  device: "device",
  room: "room",
  level: "level",
};

export const dialogue = families("dialogue", {
  "one-slot": {
    loose: true,
    specs: [
      "[return|extract|give] the {slot} from the {scene} request",
      "{scene} requests: what is the {slot}",
      "the {slot} named in the sentence[ (a {scene} request)|]",
      "slot filling ({scene}): {slot}",
    ],
    draw: (r) => {
      const scene = r.pick(sceneNames);
      const slot = r.pick(Object.keys(scenes[scene].slots));
      return {
        say: { scene, slot: r.chance(0.6) ? (spoken[slot] as string) : slot },
        pair: (q) => {
          const { text, values } = speak(scene, q);
          return [text, values[slot] as string];
        },
      };
    },
  },
  "two-slots": {
    specs: [
      "[return|extract] {a} and {b}, separated by {mark}",
      "{scene} request -> {a}{mark}{b}",
      "from the {scene} sentence take {a} and {b}; join them with {mark}",
    ],
    draw: (r) => {
      const scene = r.pick(sceneNames);
      const [a, b] = r.sample(Object.keys(scenes[scene].slots), 2) as [string, string];
      const mark = r.pick([", ", " / ", "; ", " | ", ": "]);
      return {
        say: { scene, a, b, mark: `'${mark}'` },
        pair: (q) => {
          const { text, values } = speak(scene, q);
          return [text, `${values[a]}${mark}${values[b]}`];
        },
      };
    },
  },
  "slots-json": {
    specs: [
      "[return|give] JSON with {keys}",
      "{scene} request to JSON: {keys}",
      "parse the sentence into a JSON object with the keys {keys}",
    ],
    draw: (r) => {
      const scene = r.pick(sceneNames);
      const chosen = r.sample(Object.keys(scenes[scene].slots), r.between(1, 2));
      return {
        say: { scene, keys: chosen.join(" and ") },
        note: "compact, all values are strings",
        pair: (q) => {
          const { text, values } = speak(scene, q);
          return [text, JSON.stringify(Object.fromEntries(chosen.map((slot) => [slot, values[slot]])))];
        },
      };
    },
  },
  "which-scene": {
    specs: ["what is asked for: {list}", "classify the request as {list}", "dialogue act, one of {list}"],
    draw: (r) => {
      const chosen = r.sample(sceneNames, r.between(2, 5)) as Scene[];
      return {
        say: { list: chosen.join(", ") },
        pair: (q) => {
          const scene = q.pick(chosen);
          return [speak(scene, q).text, scene];
        },
      };
    },
  },
  "command-line": {
    specs: [
      "turn the device request into 'room.device=level'",
      "smart home: write room.device=level",
      "set the heater in the hall to 20 -> hall.heater=20",
    ],
    pair: (r) => {
      const { text, values } = speak("device", r);
      return [text, `${values.room}.${values.device}=${values.level}`];
    },
  },
  route: {
    specs: [
      "write the trip as FROM-TO",
      "from and to of the journey, joined by {mark}",
      "which route: departure{mark}destination",
    ],
    draw: (r) => {
      const mark = r.pick(["-", " -> ", " to ", "/"]);
      return {
        say: { mark },
        note: `join both with '${mark}'`,
        pair: (q) => {
          const { text, values } = speak("trip", q);
          return [text, `${values.from}${mark}${values.to}`];
        },
      };
    },
  },
  "order-number": {
    loose: true,
    specs: [
      "[extract|find] the order number[ (digits only)|]",
      "which order is the message about",
      "the number of the order, digits only",
    ],
    draw: (r) => {
      const none = missing(r);
      return {
        note: none.note,
        pair: (q) => {
          if (none.happens(q)) return [`where is my ${product(q)}?`, none.value];
          const number = digits(q, q.between(3, 7));
          return [
            q.pick([
              `where is order ${number}?`,
              `order #${number} is late`,
              `my order no. ${number} to ${city(q)}`,
              `the ${product(q)} of order ${number} broke`,
              `cancel #${number} please`,
              `ref ${number}, ${firstName(q)} here`,
            ]),
            number,
          ];
        },
      };
    },
  },
  "ticket-code": {
    specs: [
      "[extract|find] the code[ like AB-123|]",
      "which reference code is mentioned",
      "the code of letters and digits in the text",
    ],
    draw: (r) => {
      const none = missing(r);
      return {
        note: none.note,
        pair: (q) => {
          if (none.happens(q)) return [plainWords(q, 2, 5), none.value];
          const reference = code(q);
          return [
            q.pick([
              `${plainWords(q, 1, 3)} ${reference}`,
              `see ${reference} for the ${thing(q)}`,
              `${reference}: ${plainWords(q, 1, 3)}`,
              `(${reference}) ${plainWords(q, 1, 3)}`,
              `the ${phrase(q)} of ${reference} is late`,
            ]),
            reference,
          ];
        },
      };
    },
  },
  "who-is-it": {
    specs: [
      "who introduces himself or herself",
      "the name of the speaker",
      "which name does the person give",
    ],
    pair: (r) => {
      const name = firstName(r);
      return [
        r.pick([
          `hi, i'm ${name}`,
          `my name is ${name}`,
          `this is ${name} from ${city(r)}`,
          `hello, ${name} here`,
          `${name} speaking`,
          `it's ${name}, i need a ${product(r)}`,
          `people call me ${name}`,
        ]),
        name,
      ];
    },
  },
  "spoken-quantity": {
    specs: [
      "how many are ordered, in figures",
      "quantity as a number[; it may be written as a word|]",
      "number of items wanted (digits)",
    ],
    pair: (r) => {
      const n = r.between(1, 20);
      const amount = r.chance(0.7) ? inWords(n) : String(n);
      return [
        r.pick([
          `${amount} ${product(r)} please`,
          `i need ${amount} of the ${product(r)}`,
          `send ${amount} ${thing(r)} to ${city(r)}`,
          `we take ${amount}`,
          `could i have ${amount} ${thing(r)}?`,
        ]),
        String(n),
      ];
    },
  },
  "greeting-reply": {
    specs: [
      "answer the greeting: '{reply} NAME' with the name from the text",
      "reply {reply} and the person's name",
      "greet back: {reply} + name",
    ],
    draw: (r) => {
      const reply = r.pick(["Hello", "Hi", "Hey", "Good day", "Welcome"]);
      return {
        say: { reply },
        pair: (q) => {
          const name = firstName(q);
          return [
            q.pick([
              `hi, i'm ${name}`,
              `hello, my name is ${name}`,
              `${name} here`,
              `this is ${name}`,
              `good morning, i am ${name}`,
            ]),
            `${reply} ${name}`,
          ];
        },
      };
    },
  },
});
