/** People, places, firms and goods. */
import type { Random } from "../random.ts";
import { adjectives, capital, invented, nouns, split } from "./words.ts";

export const firstNames = split(
  `Ada Adam Agnes Ahmed Aiko Alan Alice Amara Amir Ana Andre Anna Anton Ava Bao Bela Ben Bianca Boris Carla Carlos Chen Chloe Clara Dana Daniel David Diego Dina Elena Eli Emil Emma Erik Eva Farid Fatima Felix Fiona Frank Freya Gina Grace Greta Hana Hans Hassan Helen Hugo Ian Ida Igor Ines Iris Ivan Jack Jana Jane Jin John Jonas Jorge Julia Kai Karen Karl Kate Kenji Kim Lara Lars Laura Lea Leo Lena Liam Lina Lisa Luca Lucy Luis Maja Marco Maria Mark Marta Max Maya Mei Mia Miguel Mina Mohamed Nadia Nana Nina Noah Nora Olga Oliver Omar Oscar Otto Pablo Paul Pedro Petra Priya Quinn Rania Ravi Rita Robert Rosa Ruth Samir Sara Sofia Sven Tara Theo Tim Tina Tom Uma Vera Victor Wei Yara Yuki Zoe`,
);
const accentedFirst = split(
  `José Zoë Renée Łukasz Björn Søren Aléxis Chloé Íñigo Anaïs Jürgen Čeněk Nuño Beyza Şule Ngozi`,
);
export const lastNames = split(
  `Adams Ali Allen Baker Bauer Bell Berg Brown Byrne Carter Chan Chen Clark Cohen Cole Costa Cruz Davis Diaz Dubois Evans Fischer Flores Ford Foster Fox Garcia Gomez Gray Green Gupta Haas Hall Hansen Harris Hill Holm Hughes Ito Jackson James Jensen Jones Khan Kim King Klein Kowalski Kumar Lang Larsen Lee Lewis Lopez Mason Mendez Meyer Miller Moore Mori Morris Murphy Nagy Nguyen Novak Okafor Olsen Ortiz Park Parker Patel Perez Petrov Price Quist Ramos Reed Reyes Rivera Romano Rossi Russo Sato Schmidt Scott Silva Singh Smith Sousa Stone Suzuki Tanaka Taylor Torres Turner Varga Vega Wagner Walker Wang Weber White Wilson Wong Wood Wright Yang Young Zhang Zhou`,
);
const accentedLast = split(
  `Müller García Núñez Żak Dvořák Öztürk Sjöberg Lefèvre Pérez Gonçalves O'Brien Smith-Jones`,
);
export const cities = split(
  `Athens Austin Berlin Bergen Bern Boston Bristol Cairo Chicago Cork Dallas Delhi Denver Dublin Florence Geneva Ghent Glasgow Hamburg Hanoi Houston Kyoto Lagos Leeds Lima Lisbon London Lyon Madrid Malaga Manila Miami Milan Montreal Mumbai Munich Nairobi Nice Osaka Oslo Paris Perth Porto Prague Quito Riga Rome Seattle Seoul Sofia Sydney Tallinn Tokyo Toronto Turin Utrecht Valencia Vienna Vilnius Warsaw York Zurich`,
);
export const countries = split(
  `Argentina Australia Austria Belgium Brazil Canada Chile China Croatia Denmark Egypt Estonia Finland France Germany Ghana Greece Hungary Iceland India Ireland Italy Japan Kenya Latvia Mexico Morocco Nepal Norway Peru Poland Portugal Romania Serbia Spain Sweden Thailand Tunisia Turkey Uganda Vietnam`,
);
export const products = split(
  `adapter album backpack battery blanket blender book bracelet cable calculator camera candle chair charger clock coat cup desk drill earbuds fan filter flashlight folder fridge glove guitar hammer hat headphones helmet jacket kettle keyboard knife lamp laptop lens lock magnet mat mattress microphone mirror monitor mouse mug notebook oven pan pen phone pillow plate plug printer projector rack razor router rug scale scanner scarf screen shelf shirt shoes sofa speaker spoon stapler stool stove sweater tablet tent thermos toaster toolbox towel tripod umbrella vase wallet watch webcam whistle`,
);
export const departments = split(
  `sales support billing legal finance marketing engineering design shipping security research operations`,
);
const companyEnds = split("Ltd Inc GmbH Labs Group Corp Foods Tools Media Systems");
export const mailHosts = split("com org net io edu dev co");

export function firstName(random: Random): string {
  if (random.chance(0.05)) return random.pick(accentedFirst);
  return random.chance(0.8) ? random.pick(firstNames) : capital(invented(random));
}

export function lastName(random: Random): string {
  if (random.chance(0.06)) return random.pick(accentedLast);
  return random.chance(0.75) ? random.pick(lastNames) : capital(invented(random));
}

export function fullName(random: Random): string {
  return `${firstName(random)} ${lastName(random)}`;
}

export function city(random: Random): string {
  return random.chance(0.75) ? random.pick(cities) : capital(invented(random));
}

export function product(random: Random): string {
  const item = random.pick(products);
  return random.chance(0.3) ? `${random.pick(adjectives)} ${item}` : item;
}

export function company(random: Random): string {
  const name = random.chance(0.5) ? capital(random.pick(nouns)) : capital(invented(random));
  return `${name} ${random.pick(companyEnds)}`;
}

/** A plain lower-case handle: "mia.rossi", "kite42". */
export function handle(random: Random): string {
  const stem = random.chance(0.5) ? random.pick(firstNames).toLowerCase() : invented(random);
  if (random.chance(0.35)) return stem + random.pick([".", "_", "-"]) + random.pick(lastNames).toLowerCase();
  return random.chance(0.4) ? stem + random.between(1, 99) : stem;
}

export function host(random: Random): string {
  const name = random.chance(0.5) ? invented(random) : random.pick(nouns);
  const sub = random.chance(0.15) ? `${random.pick(["mail", "shop", "blog", "api", "dev"])}.` : "";
  return `${sub}${name}.${random.pick(mailHosts)}`;
}

export function email(random: Random): string {
  return `${handle(random)}@${host(random)}`;
}
