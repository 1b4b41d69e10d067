/** Ordinary words, and words that are none: an interpreter must copy what it has never seen. */
import type { Random } from "../random.ts";

export const nouns = split(
  `apple arm army atlas autumn bag ball bank barn basin basket beach bean bear bed bell belt bench bird board boat bone book bottle box branch bread brick bridge brush bucket butter button cabin cable cake camera camp candle car card carpet castle cat cave chair cheese chest circle city clock cloud coat coffee coin copper corner cotton cow cup curtain desk dinner dog door dream dress drum duck dust eagle ear earth egg engine eye face farm feather field film finger fire fish flag floor flower fog forest fork fox frame friend frog fruit game garden gate gift glass glove goat gold grain grass group guitar hair hammer hand harbor hat heart hill honey hook horse hotel house ice ink iron island jacket jar jewel juice key king kitchen kite knife ladder lake lamp leaf lemon letter library light lion lock map market mask meadow meal metal milk mirror money monkey moon morning mountain mouse museum music nail needle nest net night nose note novel oak ocean office oil onion orange oven owl page paint palace paper park parrot path peach pear pen pencil pepper piano picture pig pillow pilot pipe plane planet plant plate pocket poem pond potato pump queen rabbit radio rain ring river road robe rock roof room root rope rose ruler sail salad salt sand school scissors sea season seed shadow sheep shelf shell ship shirt shoe shop silk silver sister sky snake snow soap sock song soup spoon spring square stamp star station steam step stone storm story stove street sugar summer sun swan sweater table tail tea teacher temple tent thread ticket tiger tooth towel tower town toy track train tree truck trumpet turtle umbrella uncle valley vase village violin voice wagon wall watch water wave wheel wind window wine winter wolf wood wool yard zebra`,
);
export const verbs = split(
  `add ask bake bring build buy call carry check clean climb close cook count cover cut dance draw drink drive eat fall feed find fix fly fold follow give grow help hide hold jump keep kick learn leave lift listen look make mark mix move open pack paint pay play print pull push read rest ride run save search sell send show sing sit sleep smile speak stand start stop swim take talk teach test think throw touch train turn visit wait walk wash watch wear win work write`,
);
export const adjectives = split(
  `able blue bold brave bright broad brown calm cheap clean clear cold cool crisp curious dark deep dry early easy empty fair fast fine flat fresh full gentle glad golden good grand gray great green happy hard heavy high hollow hot huge kind large late lazy light little long loud low lucky mild modern narrow neat new nice noisy odd old open pale plain polite proud pure quick quiet rare red rich ripe rough round sad safe sharp short shy silent simple slim slow small smart smooth soft sour steep still strong sweet tall thick thin tiny tired warm weak wet white wide wild wise yellow young`,
);
export const small = split(
  `a an and as at but by for from in into is it of on or our so than that the their then this to was we were with you`,
);
export const all: readonly string[] = [...nouns, ...verbs, ...adjectives];

export function split(text: string): string[] {
  return text.trim().split(/\s+/);
}

const onsets = split(
  "b c d f g h j k l m n p r s t v w y z br ch cl cr dr fl gr pl pr qu sh sl sp st th tr x",
);
const vowels = split("a e i o u a e i o u ai ea ee io oo ou");
const codas = [
  "",
  "",
  "",
  "",
  "b",
  "ck",
  "d",
  "g",
  "k",
  "l",
  "m",
  "n",
  "nd",
  "ng",
  "p",
  "r",
  "rt",
  "s",
  "st",
  "t",
  "x",
  "z",
];

/** A made-up word of one to three syllables, lower case. */
export function invented(random: Random, syllables = random.upTo(1, 3)): string {
  let text = "";
  for (let i = 0; i < syllables; i++) text += random.pick(onsets) + random.pick(vowels);
  return text + random.pick(codas);
}

/** A word, known or made up, lower case. */
export function plain(random: Random): string {
  return random.chance(0.6) ? random.pick(all) : invented(random);
}

/** A noun, or something that could be one. */
export function thing(random: Random): string {
  return random.chance(0.7) ? random.pick(nouns) : invented(random);
}

/** A thing of one or two words: "red kite", "old blicket". */
export function phrase(random: Random): string {
  return random.chance(0.6) ? thing(random) : `${random.pick(adjectives)} ${thing(random)}`;
}

export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** A word as it stands in running text: mostly lower case, at times capitalised, upper case or a number. */
export function token(random: Random): string {
  const kind = random.float();
  if (kind < 0.72) return plain(random);
  if (kind < 0.84) return capital(plain(random));
  if (kind < 0.9) return random.pick(small);
  if (kind < 0.94) return plain(random).toUpperCase();
  return String(random.int(10 ** random.between(1, 4)));
}

/** Between `least` and `most` tokens joined by single spaces, `most` shrunk by the curriculum. */
export function tokens(random: Random, least: number, most: number): string {
  return random.many(random.upTo(least, most), () => token(random)).join(" ");
}

/** Lower-case words without numbers, joined by single spaces. */
export function plainWords(random: Random, least: number, most: number): string {
  return random.many(random.upTo(least, most), () => plain(random)).join(" ");
}

/** A sentence with a capital and a mark at its end: "The lamp was cold." */
export function sentence(random: Random, most = 6, mark = random.pick([".", ".", ".", "!", "?"])): string {
  const body = random.many(random.upTo(2, most), () =>
    random.chance(0.25) ? random.pick(small) : plain(random),
  );
  return capital(body.join(" ")) + mark;
}

const codeLetters = "ABCDEFGHJKLMNPQRSTUVWXYZ";
/** `count` capital letters. */
export function letters(random: Random, count: number): string {
  let text = "";
  for (let i = 0; i < count; i++) text += codeLetters[random.int(codeLetters.length)];
  return text;
}

/** `count` digits, the first not 0 unless asked. */
export function digits(random: Random, count: number, zero = false): string {
  let text = zero ? String(random.int(10)) : String(random.between(1, 9));
  for (let i = 1; i < count; i++) text += random.int(10);
  return text;
}

/** A code such as AB-1234, X77 or TRK90. */
export function code(random: Random): string {
  return (
    letters(random, random.between(1, 3)) + random.pick(["-", "-", ""]) + digits(random, random.between(2, 5))
  );
}
