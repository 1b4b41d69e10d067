/** Operators on numbers, and between numbers and text. Division and remainder round towards minus infinity. */
import { type Operator, operator as op, PRECEDENCE } from "../operator.ts";

const { add, multiply, unary, compare, conditional } = PRECEDENCE;
const integer = Number.isInteger;
const mod = (a: number, b: number): number | undefined => (b === 0 ? undefined : ((a % b) + b) % b);

/** Half to even on the decimal text, as Python's round() does on all but the rarest numbers. */
export function roundTo(x: number, digits: number): number {
  const factor = 10 ** digits;
  const scaled = x * factor;
  const floor = Math.floor(scaled);
  const rest = scaled - floor;
  const near = Math.abs(rest - 0.5) < 1e-9 ? (floor % 2 === 0 ? floor : floor + 1) : Math.round(scaled);
  return near / factor;
}

export function isPrime(n: number): boolean {
  if (!integer(n) || n < 2) return false;
  for (let d = 2; d * d <= n; d++) if (n % d === 0) return false;
  return true;
}

function gcd(a: number, b: number): number | undefined {
  if (!integer(a) || !integer(b)) return undefined;
  let [x, y] = [Math.abs(a), Math.abs(b)];
  while (y > 0) [x, y] = [y, x % y];
  return x;
}

function factorial(n: number): number | undefined {
  if (!integer(n) || n < 0 || n > 18) return undefined;
  let product = 1;
  for (let i = 2; i <= n; i++) product *= i;
  return product;
}

function fibonacci(n: number): number | undefined {
  if (!integer(n) || n < 0 || n > 75) return undefined;
  let [a, b] = [0, 1];
  for (let i = 0; i < n; i++) [a, b] = [b, a + b];
  return a;
}

function collatz(n: number): number | undefined {
  if (!integer(n) || n < 1) return undefined;
  let steps = 0;
  for (let x = n; x !== 1 && steps < 1_000; steps++) x = x % 2 === 0 ? x / 2 : 3 * x + 1;
  return steps;
}

function digitalRoot(n: number): number | undefined {
  return !integer(n) || n < 0 ? undefined : n === 0 ? 0 : 1 + ((n - 1) % 9);
}

const digitsOf = (n: number): number[] | undefined =>
  integer(n) ? [...String(Math.abs(n))].map(Number) : undefined;

export const NUMBERS: readonly Operator[] = [
  op("add", "num, num -> num", 4, (a: number, b: number) => a + b, "{0:6} + {1:6}", "{0:6} + {1:6}", {
    precedence: add,
    words: "sum plus total together",
  }),
  op("subtract", "num, num -> num", 4, (a: number, b: number) => a - b, "{0:6} - {1:7}", "{0:6} - {1:7}", {
    precedence: add,
    words: "difference minus less",
  }),
  op("multiply", "num, num -> num", 4, (a: number, b: number) => a * b, "{0:7} * {1:7}", "{0:7} * {1:7}", {
    precedence: multiply,
    words: "product times area double triple square percent",
  }),
  op(
    "divide",
    "num, num -> num",
    6,
    (a: number, b: number) => (b === 0 ? undefined : a / b),
    "{0:7} / {1:8}",
    "{0:7} / {1:8}",
    { precedence: multiply, words: "ratio quotient per average mean divided" },
  ),
  op(
    "floor_divide",
    "num, num -> num",
    6,
    (a: number, b: number) => (b === 0 ? undefined : Math.floor(a / b)),
    "{0:7} // {1:8}",
    "Math.floor({0:7} / {1:8})",
    { precedence: multiply, typescriptPrecedence: 9, words: "integer division half quotient whole" },
  ),
  op(
    "remainder",
    "num, num -> num",
    5,
    (a: number, b: number) => mod(a, b),
    "{0:7} % {1:8}",
    "mod({0}, {1})",
    {
      precedence: multiply,
      typescriptPrecedence: 9,
      words: "remainder modulo divisible multiple",
      helpers: ["mod"],
    },
  ),
  op("negate", "num -> num", 5, (a: number) => -a, "-{0:8}", "-{0:8}", {
    precedence: unary,
    words: "negative opposite sign",
  }),
  op("absolute", "num -> num", 5, (a: number) => Math.abs(a), "abs({0})", "Math.abs({0})", {
    words: "absolute value distance difference magnitude",
  }),
  op("square", "num -> num", 5, (a: number) => a * a, "{0:8} ** 2", "{0:9} ** 2", {
    precedence: multiply,
    words: "square squared power",
  }),
  op(
    "power",
    "num, num -> num",
    7,
    (a: number, b: number) => (Math.abs(b) > 60 ? undefined : a ** b),
    "{0:9} ** {1:9}",
    "{0:9} ** {1:9}",
    { precedence: multiply, words: "power exponent cube raised" },
  ),
  op(
    "square_root",
    "num -> num",
    8,
    (a: number) => (a < 0 ? undefined : Math.sqrt(a)),
    "math.sqrt({0})",
    "Math.sqrt({0})",
    { words: "square root hypotenuse distance" },
  ),
  op(
    "integer_root",
    "num -> num",
    9,
    (a: number) => (a < 0 || !integer(a) ? undefined : Math.floor(Math.sqrt(a))),
    "math.isqrt({0})",
    "Math.floor(Math.sqrt({0}))",
    { words: "integer square root perfect" },
  ),
  op(
    "smaller",
    "num, num -> num",
    6,
    (a: number, b: number) => Math.min(a, b),
    "min({0}, {1})",
    "Math.min({0}, {1})",
    {
      words: "minimum smaller at most clamp cap limit between",
    },
  ),
  op(
    "larger",
    "num, num -> num",
    6,
    (a: number, b: number) => Math.max(a, b),
    "max({0}, {1})",
    "Math.max({0}, {1})",
    {
      words: "maximum larger at least clamp limit between",
    },
  ),
  op("floor", "num -> num", 6, (a: number) => Math.floor(a), "math.floor({0})", "Math.floor({0})", {
    words: "round down floor integer part truncate",
  }),
  op("ceiling", "num -> num", 6, (a: number) => Math.ceil(a), "math.ceil({0})", "Math.ceil({0})", {
    words: "round up ceiling",
  }),
  op(
    "round",
    "num, #decimals -> num",
    5,
    (a: number, d: number) => roundTo(a, d),
    "round({0}, {1})",
    "roundTo({0}, {1})",
    { words: "round decimals nearest places", helpers: ["round_to"] },
  ),
  op("gcd", "num, num -> num", 8, gcd, "math.gcd({0}, {1})", "gcd({0}, {1})", {
    words: "greatest common divisor gcd factor",
    helpers: ["gcd"],
  }),
  op(
    "lcm",
    "num, num -> num",
    9,
    (a: number, b: number) => {
      const d = gcd(a, b);
      return d === undefined ? undefined : d === 0 ? 0 : Math.abs(a * b) / d;
    },
    "math.lcm({0}, {1})",
    "lcm({0}, {1})",
    { words: "least common multiple lcm", helpers: ["gcd", "lcm"] },
  ),
  op("factorial", "num -> num", 8, factorial, "math.factorial({0})", "factorial({0})", {
    words: "factorial permutations",
    helpers: ["factorial"],
  }),
  op("fibonacci", "num -> num", 9, fibonacci, "fibonacci({0})", "fibonacci({0})", {
    words: "fibonacci number",
    helpers: ["fibonacci"],
  }),
  op("collatz_steps", "num -> num", 11, collatz, "collatz_steps({0})", "collatzSteps({0})", {
    words: "collatz steps hailstone",
    helpers: ["collatz_steps"],
  }),
  op(
    "digital_root",
    "num -> num",
    10,
    digitalRoot,
    "1 + ({0} - 1) % 9 if {0} else 0",
    "({0} === 0 ? 0 : 1 + (({0} - 1) % 9))",
    {
      words: "digital root repeated sum of digits",
      precedence: conditional,
      typescriptPrecedence: 9,
    },
  ),
  op(
    "digits",
    "num -> list<num>",
    6,
    digitsOf,
    "[int(digit) for digit in str(abs({0}))]",
    "[...String(Math.abs({0}))].map(Number)",
    { words: "digits of number digit" },
  ),
  op(
    "divisors",
    "num -> list<num>",
    8,
    (n: number) => {
      if (!integer(n) || n < 1 || n > 5_000) return undefined;
      return Array.from({ length: n }, (_, i) => i + 1).filter((d) => n % d === 0);
    },
    "[d for d in range(1, {0:7} + 1) if {0:7} % d == 0]",
    "Array.from({ length: {0} }, (_, i) => i + 1).filter((d) => {0:7} % d === 0)",
    { words: "divisors factors of number" },
  ),
  op(
    "prime_factors",
    "num -> list<num>",
    9,
    (n: number) => {
      if (!integer(n) || n < 1 || n > 1e9) return undefined;
      const factors: number[] = [];
      let rest = n;
      for (let d = 2; d * d <= rest; d++) {
        while (rest % d === 0) {
          factors.push(d);
          rest /= d;
        }
      }
      if (rest > 1) factors.push(rest);
      return factors;
    },
    "prime_factors({0})",
    "primeFactors({0})",
    { words: "prime factors factorization decomposition", helpers: ["prime_factors"] },
  ),
  op(
    "binary",
    "num -> str",
    7,
    (n: number) => (integer(n) && n >= 0 ? n.toString(2) : undefined),
    'format({0}, "b")',
    "({0}).toString(2)",
    { words: "binary representation bits base 2" },
  ),
  op(
    "hexadecimal",
    "num -> str",
    8,
    (n: number) => (integer(n) && n >= 0 ? n.toString(16) : undefined),
    'format({0}, "x")',
    "({0}).toString(16)",
    { words: "hex hexadecimal base 16 color" },
  ),
  op(
    "octal",
    "num -> str",
    11,
    (n: number) => (integer(n) && n >= 0 ? n.toString(8) : undefined),
    'format({0}, "o")',
    "({0}).toString(8)",
    { words: "octal base 8" },
  ),
  op(
    "parse_base",
    "str, #base -> num",
    9,
    (s: string, b: number) => {
      const text = s.toLowerCase();
      const digits = "0123456789abcdef".slice(0, b);
      return text !== "" && [...text].every((c) => digits.includes(c)) ? Number.parseInt(text, b) : undefined;
    },
    "int({0}, {1})",
    "Number.parseInt({0}, {1})",
    { words: "binary hex to decimal integer parse base" },
  ),
  op(
    "to_integer",
    "str -> num",
    4,
    (s: string) => (/^\s*[+-]?\d+\s*$/.test(s) ? Number(s) : undefined),
    "int({0})",
    "Number({0})",
    { words: "integer number parse convert" },
  ),
  op(
    "to_float",
    "str -> num",
    6,
    (s: string) => (/^\s*[+-]?(\d+\.?\d*|\.\d+)\s*$/.test(s) ? Number(s) : undefined),
    "float({0})",
    "Number({0})",
    { words: "decimal float number parse price amount" },
  ),
  op(
    "to_text",
    "num -> str",
    4,
    (n: number) => (integer(n) ? String(n) : undefined),
    "str({0})",
    "String({0})",
    { words: "string text convert number" },
  ),
  op(
    "shortest_decimal",
    "num -> str",
    8,
    (n: number) => (String(n).includes("e") ? undefined : String(n)),
    'format({0}, "g")',
    "String({0})",
    { words: "number text decimal" },
  ),
  op(
    "fixed",
    "num, #decimals -> str",
    6,
    (n: number, d: number) => roundTo(n, d).toFixed(d),
    'format({0}, ".{1}f")',
    "({0}).toFixed({1})",
    { words: "format decimals two places price currency percent" },
  ),
  op(
    "thousands",
    "num -> str",
    6,
    (n: number) => (integer(n) ? n.toLocaleString("en-US") : undefined),
    'format({0}, ",")',
    '({0}).toLocaleString("en-US")',
    { words: "thousands separator commas format" },
  ),
  op(
    "thousands_fixed",
    "num, #decimals -> str",
    8,
    (n: number, d: number) =>
      roundTo(n, d).toLocaleString("en-US", { minimumFractionDigits: d, maximumFractionDigits: d }),
    'format({0}, ",.{1}f")',
    '({0}).toLocaleString("en-US", { minimumFractionDigits: {1}, maximumFractionDigits: {1} })',
    { words: "currency thousands decimals money dollars" },
  ),
  op(
    "zero_padded",
    "num, #width -> str",
    6,
    (n: number, w: number) => (integer(n) && n >= 0 ? String(n).padStart(w, "0") : undefined),
    "str({0}).zfill({1})",
    'String({0}).padStart({1}, "0")',
    { words: "zero pad leading zeros width" },
  ),
  op("length", "str -> num", 4, (s: string) => s.length, "len({0})", "{0:9}.length", {
    words: "length number of characters count size",
  }),
  op(
    "word_count",
    "str -> num",
    6,
    (s: string) => s.split(/\s+/).filter(Boolean).length,
    "len({0:9}.split())",
    "{0:9}.split(/\\s+/).filter(Boolean).length",
    {
      words: "count words number of words",
    },
  ),
  op(
    "count_text",
    "str, #needle -> num",
    6,
    (s: string, d: string) => s.split(d).length - 1,
    "{0:9}.count({1})",
    "{0:9}.split({1}).length - 1",
    { words: "count occurrences how many times", typescriptPrecedence: add },
  ),
  op(
    "count_in_text",
    "str, str -> num",
    7,
    (s: string, d: string) => (d === "" ? undefined : s.split(d).length - 1),
    "{0:9}.count({1})",
    "{0:9}.split({1}).length - 1",
    { words: "count occurrences substring how many times", typescriptPrecedence: add },
  ),
  op(
    "count_pattern",
    "str, #class -> num",
    7,
    (s: string, p: string) => (s.match(new RegExp(p, "g")) ?? []).length,
    "len(re.findall({1}, {0}))",
    "({0:9}.match({1}) ?? []).length",
    { words: "count vowels digits letters uppercase consonants characters" },
  ),
  op(
    "find_text",
    "str, str -> num",
    7,
    (s: string, d: string) => s.indexOf(d),
    "{0:9}.find({1})",
    "{0:9}.indexOf({1})",
    { words: "index position find first occurrence" },
  ),
  op(
    "find_needle",
    "str, #needle -> num",
    7,
    (s: string, d: string) => s.indexOf(d),
    "{0:9}.find({1})",
    "{0:9}.indexOf({1})",
    { words: "index position find first occurrence" },
  ),
  op(
    "code",
    "str -> num",
    7,
    (s: string) => (s.length === 1 ? s.charCodeAt(0) : undefined),
    "ord({0})",
    "{0:9}.charCodeAt(0)",
    {
      words: "character code ascii ordinal",
    },
  ),
  op(
    "letter_position",
    "str -> num",
    8,
    (s: string) => (/^[A-Za-z]$/.test(s) ? s.toLowerCase().charCodeAt(0) - 96 : undefined),
    "ord({0:9}.lower()) - 96",
    "{0:9}.toLowerCase().charCodeAt(0) - 96",
    { precedence: add, words: "alphabet position letter value a=1" },
  ),
  op(
    "letter_of",
    "num -> str",
    8,
    (n: number) => (integer(n) && n >= 1 && n <= 26 ? String.fromCharCode(96 + n) : undefined),
    "chr(96 + {0:6})",
    "String.fromCharCode(96 + {0:6})",
    { words: "letter of the alphabet from number" },
  ),
  op(
    "character_of_code",
    "num -> str",
    9,
    (n: number) => (integer(n) && n >= 32 && n < 127 ? String.fromCharCode(n) : undefined),
    "chr({0})",
    "String.fromCharCode({0})",
    {
      words: "character from ascii code",
    },
  ),
  op(
    "bit_count",
    "num -> num",
    9,
    (n: number) => (integer(n) && n >= 0 ? n.toString(2).split("1").length - 1 : undefined),
    'bin({0}).count("1")',
    '({0}).toString(2).split("1").length - 1',
    {
      words: "count set bits ones population",
      typescriptPrecedence: add,
    },
  ),
  op(
    "bit_xor",
    "num, num -> num",
    10,
    (a: number, b: number) =>
      integer(a) && integer(b) && a >= 0 && b >= 0 && a < 2 ** 31 && b < 2 ** 31 ? a ^ b : undefined,
    "{0:9} ^ {1:9}",
    "{0:9} ^ {1:9}",
    { precedence: conditional, words: "xor bitwise exclusive or hamming" },
  ),
  op("sign", "num -> num", 8, (a: number) => Math.sign(a), "({0:5} > 0) - ({0:5} < 0)", "Math.sign({0})", {
    precedence: add,
    typescriptPrecedence: 9,
    words: "sign positive negative zero",
  }),
  op(
    "is_prime",
    "num -> bool",
    7,
    (n: number) => (Math.abs(n) > 1e9 ? undefined : isPrime(n)),
    "is_prime({0})",
    "isPrime({0})",
    {
      words: "prime primes number",
      helpers: ["is_prime"],
    },
  ),
];

export const COMPARISONS: readonly Operator[] = [
  op(
    "leap_year",
    "num -> bool",
    9,
    (y: number) => (integer(y) && y > 0 ? (y % 4 === 0 && y % 100 !== 0) || y % 400 === 0 : undefined),
    "calendar.isleap({0})",
    "isLeap({0})",
    { words: "leap year", helpers: ["is_leap"] },
  ),
  op(
    "equal_numbers",
    "num, num -> bool",
    4,
    (a: number, b: number) => a === b,
    "{0:6} == {1:6}",
    "{0:6} === {1:6}",
    { precedence: compare, words: "equal same" },
  ),
  op(
    "different_numbers",
    "num, num -> bool",
    6,
    (a: number, b: number) => a !== b,
    "{0:6} != {1:6}",
    "{0:6} !== {1:6}",
    { precedence: compare, words: "different not equal" },
  ),
  op("less", "num, num -> bool", 4, (a: number, b: number) => a < b, "{0:6} < {1:6}", "{0:6} < {1:6}", {
    precedence: compare,
    words: "less smaller below under before",
  }),
  op("greater", "num, num -> bool", 4, (a: number, b: number) => a > b, "{0:6} > {1:6}", "{0:6} > {1:6}", {
    precedence: compare,
    words: "greater more above over larger positive than",
  }),
  op("at_most", "num, num -> bool", 5, (a: number, b: number) => a <= b, "{0:6} <= {1:6}", "{0:6} <= {1:6}", {
    precedence: compare,
    words: "at most maximum up to",
  }),
  op(
    "at_least",
    "num, num -> bool",
    5,
    (a: number, b: number) => a >= b,
    "{0:6} >= {1:6}",
    "{0:6} >= {1:6}",
    { precedence: compare, words: "at least minimum adult" },
  ),
  op(
    "divisible",
    "num, num -> bool",
    5,
    (a: number, b: number) => (b === 0 ? undefined : a % b === 0),
    "{0:7} % {1:8} == 0",
    "{0:7} % {1:8} === 0",
    { precedence: compare, words: "divisible multiple of even evens" },
  ),
  op(
    "odd",
    "num -> bool",
    5,
    (a: number) => (integer(a) ? a % 2 !== 0 : undefined),
    "{0:7} % 2 == 1",
    "{0:7} % 2 !== 0",
    { precedence: compare, words: "odd odds" },
  ),
  op(
    "even",
    "num -> bool",
    5,
    (a: number) => (integer(a) ? a % 2 === 0 : undefined),
    "{0:7} % 2 == 0",
    "{0:7} % 2 === 0",
    { precedence: compare, words: "even evens" },
  ),
  op(
    "equal_texts",
    "str, str -> bool",
    5,
    (a: string, b: string) => a === b,
    "{0:6} == {1:6}",
    "{0:6} === {1:6}",
    { precedence: compare, words: "equal same identical palindrome" },
  ),
  op(
    "text_is",
    "str, #needle -> bool",
    6,
    (a: string, b: string) => a === b,
    "{0:6} == {1}",
    "{0:6} === {1}",
    { precedence: compare, words: "equal is" },
  ),
  op(
    "contains",
    "str, #needle -> bool",
    5,
    (a: string, b: string) => a.includes(b),
    "{1} in {0:6}",
    "{0:9}.includes({1})",
    { precedence: compare, typescriptPrecedence: 9, words: "contains includes has" },
  ),
  op(
    "contains_text",
    "str, str -> bool",
    5,
    (a: string, b: string) => a.includes(b),
    "{1:6} in {0:6}",
    "{0:9}.includes({1})",
    { precedence: compare, typescriptPrecedence: 9, words: "contains substring includes" },
  ),
  op(
    "starts_with",
    "str, #needle -> bool",
    5,
    (a: string, b: string) => a.startsWith(b),
    "{0:9}.startswith({1})",
    "{0:9}.startsWith({1})",
    { words: "starts begins prefix" },
  ),
  op(
    "ends_with",
    "str, #needle -> bool",
    5,
    (a: string, b: string) => a.endsWith(b),
    "{0:9}.endswith({1})",
    "{0:9}.endsWith({1})",
    { words: "ends suffix" },
  ),
  op(
    "starts_with_text",
    "str, str -> bool",
    6,
    (a: string, b: string) => a.startsWith(b),
    "{0:9}.startswith({1})",
    "{0:9}.startsWith({1})",
    { words: "starts begins prefix" },
  ),
  op(
    "ends_with_text",
    "str, str -> bool",
    6,
    (a: string, b: string) => a.endsWith(b),
    "{0:9}.endswith({1})",
    "{0:9}.endsWith({1})",
    { words: "ends suffix" },
  ),
  op(
    "matches",
    "str, #class -> bool",
    6,
    (a: string, p: string) => new RegExp(`^(?:${p})+$`).test(a),
    're.fullmatch({1} + "+", {0}) is not None',
    "isMadeOf({0}, {1})",
    {
      precedence: compare,
      typescriptPrecedence: 9,
      words: "only digits letters all characters numeric valid",
      helpers: ["is_made_of"],
    },
  ),
  op(
    "has_pattern",
    "str, #class -> bool",
    6,
    (a: string, p: string) => new RegExp(p).test(a),
    "re.search({1}, {0}) is not None",
    "{0:9}.search({1}) >= 0",
    { precedence: compare, words: "has contains digit letter uppercase any" },
  ),
  op(
    "text_before",
    "str, str -> bool",
    8,
    (a: string, b: string) => a < b,
    "{0:6} < {1:6}",
    "{0:6} < {1:6}",
    { precedence: compare, words: "alphabetically before" },
  ),
  op("not", "bool -> bool", 5, (a: boolean) => !a, "not {0:4}", "!{0:8}", {
    precedence: PRECEDENCE.not,
    typescriptPrecedence: unary,
    words: "not none without",
  }),
  op(
    "and",
    "bool, bool -> bool",
    5,
    (a: boolean, b: boolean) => a && b,
    "{0:3} and {1:3}",
    "{0:4} && {1:4}",
    { precedence: PRECEDENCE.and, words: "and both" },
  ),
  op("or", "bool, bool -> bool", 5, (a: boolean, b: boolean) => a || b, "{0:2} or {1:2}", "{0:4} || {1:4}", {
    precedence: PRECEDENCE.or,
    words: "or either",
  }),
];
