/** Sentences as people write them to a shop, a help desk or an assistant, by what they mean. */
import type { Random } from "../random.ts";
import { city, firstName, product } from "./names.ts";
import { digits, thing } from "./words.ts";

/** Fills {product}, {city}, {name}, {number} and {thing} in a sentence. */
export function fill(sentence: string, random: Random): string {
  return sentence.replace(/\{(\w+)\}/g, (whole, slot: string) => {
    switch (slot) {
      case "product":
        return product(random);
      case "city":
        return city(random);
      case "name":
        return firstName(random);
      case "number":
        return digits(random, random.between(2, 5));
      case "small":
        return String(random.between(2, 12));
      case "thing":
        return thing(random);
      default:
        return whole;
    }
  });
}

const politeness = ["", "", "", "please ", "hi, ", "hello, ", "hey, "];
const tails = ["", "", "", " please", " thanks", " asap", "!", "."];

/** A sentence with the unevenness of chat: small letters, greetings, thanks. */
export function chat(sentence: string, random: Random): string {
  const text = fill(sentence, random);
  const start = random.pick(politeness);
  const body = start
    ? start + text
    : random.chance(0.5)
      ? text.charAt(0).toUpperCase() + text.slice(1)
      : text;
  return body + (/[?!.]$/.test(text) ? "" : random.pick(tails));
}

/** What customers want. */
export const intents: Readonly<Record<string, readonly string[]>> = {
  refund: [
    "i want my money back",
    "refund for order {number}",
    "please refund the {product}",
    "can i get a refund?",
    "how do i get my money back for the {product}?",
    "give me back what i paid",
  ],
  cancel: [
    "cancel my order",
    "i want to cancel order {number}",
    "stop my subscription",
    "please cancel the {product}",
    "i changed my mind, cancel it",
    "end my plan",
  ],
  shipping: [
    "where is my {product}?",
    "when will my order arrive?",
    "my parcel is late",
    "track order {number}",
    "has the {product} been shipped?",
    "no delivery to {city} yet",
  ],
  broken: [
    "the {product} is broken",
    "my {product} does not work",
    "it arrived damaged",
    "the {product} stopped working",
    "screen of the {product} is cracked",
    "the {product} won't turn on",
  ],
  price: [
    "how much is the {product}?",
    "what does the {product} cost?",
    "is there a discount on the {product}?",
    "price of the {product}?",
    "do you have a cheaper {product}?",
  ],
  hours: [
    "when do you open?",
    "what are your opening hours?",
    "are you open on sunday?",
    "until when are you open in {city}?",
    "when does the {city} shop close?",
  ],
  password: [
    "i forgot my password",
    "reset my password",
    "i can't log in",
    "my login fails",
    "how do i change my password?",
    "locked out of my account",
  ],
  address: [
    "change my address to {city}",
    "i moved to {city}",
    "update the delivery address",
    "my new address is in {city}",
    "send it to {city} instead",
  ],
  thanks: [
    "thank you so much",
    "thanks a lot for the {product}",
    "great, thanks for your help",
    "many thanks",
    "thank you {name}",
  ],
  greeting: ["hello there", "good morning", "hi, how are you?", "hey {name}", "good evening"],
};

/** What one tells an assistant at home. */
export const commands: Readonly<Record<string, readonly string[]>> = {
  alarm: ["wake me at {small}", "set an alarm for {small}", "alarm at {small} tomorrow"],
  timer: [
    "set a timer for {small} minutes",
    "count down {small} minutes",
    "timer {small} min for the {thing}",
  ],
  music: ["play some jazz", "play a song by {name}", "put on music", "next song"],
  lights: ["turn on the lights", "lights off in the kitchen", "dim the lamp", "switch the light off"],
  weather: [
    "will it rain in {city}?",
    "what's the weather in {city}?",
    "is it cold in {city} today?",
    "forecast for {city}",
  ],
  call: ["call {name}", "ring {name} now", "phone {name} please", "dial {name}"],
  message: ["text {name} that i am late", "send a message to {name}", "write to {name}: see you soon"],
  shopping: ["add {thing} to my list", "we need more {thing}", "put {thing} on the shopping list"],
};

export const praise = [
  "i love the {product}",
  "great {product}, works well",
  "best {product} ever",
  "very happy with my {product}",
  "excellent quality",
  "fast delivery, nice {product}",
  "wonderful service in {city}",
  "the {product} is perfect",
  "awesome, thanks {name}",
  "really good value",
];
export const complaints = [
  "i hate the {product}",
  "terrible {product}, broke at once",
  "worst {product} ever",
  "very unhappy with my {product}",
  "poor quality",
  "late delivery, bad {product}",
  "awful service in {city}",
  "the {product} is useless",
  "i want to complain, {name}",
  "a waste of money",
];
export const neutral = [
  "the {product} arrived on monday",
  "i bought a {product} in {city}",
  "the {product} is {small} cm wide",
  "order {number} has {small} items",
  "i use the {product} at work",
  "the box was sent to {city}",
];

export const topics: Readonly<Record<string, readonly string[]>> = {
  sports: [
    "the team won the match",
    "she scored {small} goals",
    "the runner broke the record",
    "{name} plays tennis",
    "the league starts in {city}",
  ],
  food: [
    "the soup needs salt",
    "bake the bread for {small} minutes",
    "a recipe with cheese and onion",
    "{name} cooks rice",
    "the cake was sweet",
  ],
  travel: [
    "the flight to {city} is late",
    "we booked a hotel in {city}",
    "pack the suitcase",
    "the train leaves {city} at {small}",
    "a map for tourists in {city}",
  ],
  tech: [
    "the new phone has a faster chip",
    "install the software update",
    "the app crashed again",
    "{name} wrote the code",
    "the laptop needs a driver",
  ],
  money: [
    "the bank raised its rates",
    "pay the invoice of {number} euros",
    "the stock price fell",
    "{name} saves for a loan",
    "the tax is due",
  ],
  health: [
    "take the pills {small} times a day",
    "the doctor treats {name}",
    "a fever and a cough",
    "the nurse checked her heart",
    "drink water and sleep",
  ],
  music: [
    "the band played a new song",
    "{name} sings in the choir",
    "the album has {small} tracks",
    "a concert in {city}",
    "tune the guitar",
  ],
  weather: [
    "heavy rain in {city}",
    "sunny with some clouds",
    "snow falls in {city}",
    "the storm comes at night",
    "{small} degrees and windy",
  ],
};

/** A sentence of one of the meanings `labels`, and which. */
export function labelled(
  random: Random,
  bank: Readonly<Record<string, readonly string[]>>,
  labels: readonly string[],
): readonly [string, string] {
  const label = random.pick(labels);
  return [chat(random.pick(bank[label] as readonly string[]), random), label];
}
