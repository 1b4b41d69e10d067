/** Functions from daily life that no training family computes: for validation and the out-of-family test. */
import { families } from "../family.ts";
import type { Random } from "../random.ts";
import { city, firstName, fullName, lastName, product } from "../vocabulary/names.ts";
import { verdict } from "../vocabulary/wording.ts";
import { capital, digits, letters, plainWords, thing } from "../vocabulary/words.ts";

const airports =
  "LHR JFK CDG FRA AMS MAD FCO VIE ZRH CPH OSL ARN DUB LIS ATH IST DXB SIN HND SYD LAX SFO ORD BOS MIA".split(
    " ",
  );
const units = ["cups", "cup", "tbsp", "tsp", "g", "ml", "pinch", "slices"];
const foods =
  "flour sugar butter milk rice salt honey cheese onion garlic pepper cream oil water yeast cocoa oats basil".split(
    " ",
  );
const allergens = ["nuts", "milk", "eggs", "fish", "soy", "wheat"];
const weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
const title = (random: Random) => random.many(random.upTo(1, 3), () => capital(thing(random))).join(" ");
const hour = (random: Random) => random.between(6, 21);

export const everyday = families("everyday", {
  "flight-code": {
    specs: [
      "boarding notes such as 'BA 249 LHR→JFK gate 12': give the route as LHR-JFK",
      "which airports does the flight connect? answer FROM-TO with three letter codes",
      "turn the flight note into ORIGIN-DESTINATION (airport codes)",
      "only the two airport codes with a hyphen between them",
    ],
    pair: (r) => {
      const [from, to] = r.sample(airports, 2) as [string, string];
      const flight = `${letters(r, 2)}${r.pick(["", " "])}${digits(r, r.between(2, 4))}`;
      return [
        r.pick([
          `${flight} ${from}→${to}`,
          `${flight} ${from}→${to} gate ${r.between(1, 60)}`,
          `${from}→${to} (${flight})`,
          `${flight}: ${from}→${to}, ${r.between(6, 22)}:${r.pick(["05", "20", "45"])}`,
        ]),
        `${from}-${to}`,
      ];
    },
  },
  "recipe-line": {
    specs: [
      "recipe ingredient to JSON: amount, unit, item (all strings)",
      '\'2 cups of flour\' -> {"amount":"2","unit":"cups","item":"flour"}',
      "parse an ingredient line into amount, unit and item as compact JSON with string values",
      "ingredient -> JSON object amount/unit/item",
    ],
    pair: (r) => {
      const [amount, unit, item] = [
        r.pick([String(r.between(1, 9)), "1/2", String(r.between(1, 9) * 50)]),
        r.pick(units),
        r.pick(foods),
      ];
      return [`${amount} ${unit} ${r.pick(["of ", "", ""])}${item}`, JSON.stringify({ amount, unit, item })];
    },
  },
  "episode-tag": {
    specs: [
      "TV file names contain S02E05: answer 'season 2 episode 5'",
      "write SxxEyy out as season x episode y, without leading zeros",
      "which season and episode is it? e.g. season 2 episode 5",
      "S03E10 in the name -> season 3 episode 10",
    ],
    pair: (r) => {
      const [s, e] = [r.between(1, 12), r.between(1, 24)];
      const tag = `S${String(s).padStart(2, "0")}E${String(e).padStart(2, "0")}`;
      return [
        r.pick([
          `${title(r)} ${tag}`,
          `${title(r).replaceAll(" ", ".")}.${tag}.mkv`,
          `${tag} - ${title(r)}`,
          `${title(r)} (${tag})`,
        ]),
        `season ${s} episode ${e}`,
      ];
    },
  },
  "feature-artist": {
    specs: [
      "the song title without the guest artist: cut '(feat. X)'",
      "tracks look like 'Artist - Title (feat. Guest)': return only the title",
      "song title only: no artist, no feat.",
      "extract the track title from 'Artist - Title' and drop any (feat. …)",
    ],
    pair: (r) => {
      const [artist, song] = [r.chance(0.6) ? fullName(r) : title(r), title(r)];
      return [`${artist} - ${song}${r.chance(0.65) ? ` (feat. ${firstName(r)})` : ""}`, song];
    },
  },
  "card-name": {
    specs: [
      "playing cards: 7H -> seven of hearts, K and Q and J and A by name",
      "name the card: rank in words, 'of', suit (H hearts, S spades, D diamonds, C clubs)",
      "write the card code as words, such as AS -> ace of spades",
      "card code to English",
    ],
    pair: (r) => {
      const [code, rank] = r.pick([
        ["2", "two"],
        ["3", "three"],
        ["4", "four"],
        ["5", "five"],
        ["6", "six"],
        ["7", "seven"],
        ["8", "eight"],
        ["9", "nine"],
        ["10", "ten"],
        ["J", "jack"],
        ["Q", "queen"],
        ["K", "king"],
        ["A", "ace"],
      ] as const);
      const [letter, suit] = r.pick([
        ["H", "hearts"],
        ["S", "spades"],
        ["D", "diamonds"],
        ["C", "clubs"],
      ] as const);
      return [`${code}${letter}`, `${rank} of ${suit}`];
    },
  },
  "poll-majority": {
    specs: [
      "which answer was given most often? there is always one winner",
      "the majority vote of the list",
      "count the votes and return the most frequent one",
      "winner of the poll (votes separated by commas)",
    ],
    pair: (r) => {
      const [winner, ...others] = r.distinct(3, () => thing(r)) as [string, string, string];
      const votes = r.shuffle([
        winner,
        winner,
        ...(r.chance(0.5) ? [winner] : []),
        ...r.sample(others, r.between(1, 2)),
      ]);
      return [votes.join(", "), winner];
    },
  },
  "film-year": {
    specs: [
      "write '1999: Title' for 'Title (1999)'",
      "films: put the year in front with a colon",
      "move the year from the parentheses to the front: YEAR: TITLE",
      "Title (YYYY) becomes YYYY: Title",
    ],
    input: (r) => `${title(r)} (${r.between(1930, 2030)})`,
    output: (s) => s.replace(/^(.*) \((\d{4})\)$/, "$2: $1"),
  },
  "hotel-nights": {
    specs: [
      "how many nights is the stay? dates are day-day of one month",
      "nights between the first and the second day: '3-7 May' -> 4",
      "number of nights of the booking (last day minus first day)",
      "count the nights",
    ],
    pair: (r) => {
      const first = r.between(1, 25);
      const nights = r.between(1, Math.min(9, 28 - first));
      const month = r.pick(months);
      return [
        r.pick([
          `${first}-${first + nights} ${month}`,
          `${month} ${first} to ${first + nights}`,
          `${city(r)}, ${first}-${first + nights} ${month}`,
        ]),
        String(nights),
      ];
    },
  },
  "street-number": {
    specs: [
      "move the house number behind the street: '12 Oak Road' -> 'Oak Road 12'",
      "street first, then the number",
      "European order of the address: street name, then house number",
      "put the leading number at the end",
    ],
    input: (r) =>
      `${r.between(1, 299)}${r.chance(0.2) ? r.pick(["a", "b", "c"]) : ""} ${r.pick(["Oak", "Mill", "Park", "Church", capital(thing(r))])} ${r.pick(["Road", "Street", "Lane", "Avenue"])}`,
    output: (s) => s.replace(/^(\S+) (.*)$/, "$2 $1"),
  },
  "medal-count": {
    specs: [
      "'3G 1S 2B' are medals: how many in total",
      "sum of gold, silver and bronze medals",
      "total medals of the country",
      "add the counts before G, S and B",
    ],
    pair: (r) => {
      const [g, s, b] = [r.int(10), r.int(10), r.int(10)];
      return [`${r.chance(0.6) ? `${city(r)}: ` : ""}${g}G ${s}S ${b}B`, String(g + s + b)];
    },
  },
  "meter-reading": {
    specs: [
      "consumption from meter readings 'old -> new': the difference",
      "how much was used between the two readings",
      "subtract the old reading from the new one",
      "meter: used units",
    ],
    pair: (r) => {
      const old = r.between(100, 900);
      const used = r.between(1, 90);
      return [
        r.pick([`${old} -> ${old + used}`, `old ${old}, new ${old + used}`, `${old} to ${old + used} kWh`]),
        String(used),
      ];
    },
  },
  "calendar-entry": {
    specs: [
      "calendar lines 'Mon 9-11 Meeting': write 'Meeting, Mon, 2h'",
      "what, day and length in hours from 'DAY START-END WHAT'",
      "turn a calendar line into WHAT, DAY, HOURSh",
      "DAY a-b NAME -> NAME, DAY, (b-a)h",
    ],
    pair: (r) => {
      const [day, start, length, what] = [
        r.pick(weekdays),
        r.between(7, 16),
        r.between(1, 6),
        capital(thing(r)),
      ];
      return [`${day} ${start}-${start + length} ${what}`, `${what}, ${day}, ${length}h`];
    },
  },
  "answer-key": {
    specs: [
      "quiz answers '1) B 2) C': list the letters with commas",
      "only the chosen letters of the answer sheet, comma separated",
      "answer sheet to B,C,…",
      "strip the question numbers from the answers",
    ],
    pair: (r) => {
      const chosen = r.many(r.upTo(2, 5), () => r.pick([..."ABCD"]));
      const close = r.pick([")", ".", ":"]);
      return [chosen.map((letter, i) => `${i + 1}${close} ${letter}`).join(" "), chosen.join(",")];
    },
  },
  "shift-hours": {
    specs: [
      "how long is the shift, in hours? '9-17' -> 8",
      "hours worked from start-end (24 hour clock)",
      "length of the work shift",
      "end minus start of the shift",
    ],
    pair: (r) => {
      const start = hour(r);
      const end = r.between(start + 1, 24);
      return [
        `${r.chance(0.7) ? `${firstName(r)} ` : ""}${r.chance(0.4) ? `${r.pick(weekdays)} ` : ""}${start}-${end}`,
        String(end - start),
      ];
    },
  },
  "voucher-expiry": {
    specs: [
      "vouchers like 'SAVE10 until 31 May': write 'SAVE10|31 May'",
      "code and expiry of the voucher, joined by |",
      "CODE|DATE of the voucher text",
      "extract voucher code and last day with a bar between",
    ],
    pair: (r) => {
      const code = `${r.pick(["SAVE", "HELLO", "DEAL", "GIFT", letters(r, 4)])}${r.between(5, 99)}`;
      const day = `${r.between(1, 30)} ${r.pick(months)}`;
      return [
        r.pick([`${code} until ${day}`, `use ${code} until ${day}`, `${code}, valid until ${day}`]),
        `${code}|${day}`,
      ];
    },
  },
  "ingredient-list": {
    specs: [
      "does the dish contain {what}? answer {yes} or {no}",
      "{yes} if {what} is among the ingredients, otherwise {no}",
      "guests avoid {what}: {yes} when the ingredients mention it, else {no}",
      "check the label for {what}: {yes}/{no}",
    ],
    draw: (r) => {
      const what = r.pick([...allergens, ...foods]);
      const { say, of } = verdict(r, [["avoid", "safe"]]);
      return {
        say: { ...say, what },
        pair: (q) => {
          const chosen = q.sample(
            foods.filter((food) => food !== what),
            q.between(1, 3),
          );
          const has = q.chance(0.5);
          if (has) chosen.splice(q.int(chosen.length + 1), 0, what);
          return [`${title(q)}: ${chosen.join(", ")}`, of(has)];
        },
      };
    },
  },
  "tip-share": {
    specs: [
      "split the bill evenly: '60 by 4' -> 15",
      "what does each person pay",
      "bill divided by the number of guests",
      "share per head",
    ],
    pair: (r) => {
      const [people, each] = [r.between(2, 6), r.between(2, 30)];
      return [
        r.pick([
          `${people * each} by ${people}`,
          `${people * each} for ${people} guests`,
          `bill ${people * each}, ${people} people`,
        ]),
        String(each),
      ];
    },
  },
  "price-drop": {
    specs: [
      "by how much did the price fall? 'was 50 now 42' -> 8",
      "old price minus new price",
      "the saving in 'was X now Y'",
      "amount saved",
    ],
    pair: (r) => {
      const now = r.between(5, 90);
      const drop = r.between(1, 40);
      return [
        r.pick([
          `was ${now + drop} now ${now}`,
          `${product(r)}: was ${now + drop}, now ${now}`,
          `was ${now + drop}€ now ${now}€`,
        ]),
        String(drop),
      ];
    },
  },
  "ship-track": {
    specs: [
      "parcel updates '12:30 Oslo: departed': write 'departed Oslo'",
      "status and place of the tracking line, status first",
      "TIME PLACE: STATUS becomes STATUS PLACE",
      "what happened where? e.g. arrived Rome",
    ],
    pair: (r) => {
      const [time, place, status] = [
        `${r.between(10, 23)}:${r.between(10, 59)}`,
        city(r),
        r.pick(["departed", "arrived", "delayed", "loaded", "scanned", "lost", "returned"]),
      ];
      return [`${time} ${place}: ${status}`, `${status} ${place}`];
    },
  },
  "menu-allergens": {
    specs: [
      "dishes look like 'Soup (A, C) 7.50': return the allergen letters joined by +",
      "allergen letters in the parentheses with + between them",
      "Soup (A, C) -> A+C",
      "the letters in brackets, plus signs between",
    ],
    pair: (r) => {
      const chosen = r.sample([..."ABCDEFG"], r.between(1, 3)).sort();
      return [
        `${title(r)} (${chosen.join(", ")})${r.chance(0.6) ? ` ${r.between(3, 30)}.${r.pick(["00", "50", "90"])}` : ""}`,
        chosen.join("+"),
      ];
    },
  },
  "swap-hands": {
    specs: [
      "swap left and right in the directions",
      "every left becomes right and every right becomes left",
      "mirror the route description (left <-> right)",
      "exchange the words left and right",
    ],
    input: (r) => {
      const turns = r.many(r.upTo(1, 3), () =>
        r.pick([
          "turn left",
          "turn right",
          "go left",
          "keep right",
          "take the left road",
          "straight on",
          `right at the ${thing(r)}`,
          `left after the ${thing(r)}`,
        ]),
      );
      return turns.join(", ");
    },
    output: (s) => s.replace(/left|right/g, (side) => (side === "left" ? "right" : "left")),
  },
  "pronoun-swap": {
    specs: [
      "rewrite from I to you: I -> you, my -> your, me -> you, am -> are",
      "turn the sentence to the person: my becomes your, I becomes you, am becomes are",
      "change first person to second person",
      "I/my/me/am -> you/your/you/are",
    ],
    input: (r) =>
      r.pick([
        `I am ${r.pick(["late", "happy", "cold", "tired", "here"])}`,
        `my ${thing(r)} is ${r.pick(["old", "new", "red", "lost"])}`,
        `I like my ${thing(r)}`,
        `give me the ${thing(r)}`,
        `I am in ${city(r)} with my ${thing(r)}`,
        `call me ${firstName(r)}`,
        `I need my ${thing(r)} and ${thing(r)}`,
      ]),
    output: (s) =>
      s.replace(
        /\b(I|my|me|am)\b/g,
        (word) => ({ I: "you", my: "your", me: "you", am: "are" })[word] as string,
      ),
  },
  "plural-items": {
    specs: [
      "'1 apple' stays, '3 apple' becomes '3 apples': add s when the number is not 1",
      "make the noun plural with s unless the count is 1",
      "fix the plural: number other than 1 needs an s",
      "count and noun, with the right ending (only s)",
    ],
    input: (r) =>
      `${r.chance(0.3) ? 1 : r.between(2, 30)} ${r.pick(["apple", "pear", "book", "lamp", "chair", "ticket", "car", "coin", "ring", "cake", "stone", "garden", "letter", "mirror"])}`,
    output: (s) => (s.startsWith("1 ") ? s : `${s}s`),
  },
  "unread-count": {
    specs: [
      "mailbox titles like 'Inbox (12)': the number of unread mails, 0 if there is none shown",
      "how many unread? the number in parentheses or 0",
      "unread counter of the tab title (0 when absent)",
      "Inbox (5) -> 5, Inbox -> 0",
    ],
    pair: (r) => {
      const n = r.chance(0.75) ? r.between(1, 300) : 0;
      return [
        `${r.pick(["Inbox", "Mail", "Chat", title(r)])}${n ? ` (${n})` : ""}${r.chance(0.4) ? ` - ${title(r)}` : ""}`,
        String(n),
      ];
    },
  },
  "caller-request": {
    specs: [
      "phone notes 'Ann Lee called, wants X': write 'call Ann Lee back about X'",
      "turn the note into a task: call NAME back about TOPIC",
      "NAME called, wants TOPIC -> call NAME back about TOPIC",
      "make a to-do of the phone note",
    ],
    pair: (r) => {
      const [name, topic] = [r.chance(0.6) ? fullName(r) : firstName(r), plainWords(r, 1, 2)];
      return [
        `${name} ${r.pick(["called, wants", "rang, wants", "phoned, wants"])} ${topic}`,
        `call ${name} back about ${topic}`,
      ];
    },
  },
  "seat-row": {
    specs: [
      "seat '12C': answer 'row 12, seat C'",
      "write the seat code as row NUMBER, seat LETTER",
      "split a plane seat into row and seat",
      "row and seat of the ticket",
    ],
    pair: (r) => {
      const [row, seat] = [r.between(1, 60), r.pick([..."ABCDEF"])];
      return [
        r.pick([`${row}${seat}`, `seat ${row}${seat}`, `${row}${seat.toLowerCase()}`]),
        `row ${row}, seat ${seat}`,
      ];
    },
  },
  "dosage-times": {
    specs: [
      "'take 2 tablets 3 times a day': how many tablets a day",
      "tablets per day from the prescription (multiply)",
      "daily number of tablets",
      "dose times frequency",
    ],
    pair: (r) => {
      const [n, times] = [r.between(1, 4), r.between(1, 5)];
      return [
        r.pick([
          `take ${n} tablets ${times} times a day`,
          `${n} tablets, ${times} times daily`,
          `${n} pills ${times} times a day`,
        ]),
        String(n * times),
      ];
    },
  },
  "bus-line": {
    specs: [
      "departures 'Bus 12 to Central 10:15': write '10:15 12 Central'",
      "time, line and destination of the departure",
      "Bus LINE to PLACE TIME -> TIME LINE PLACE",
      "reorder the departure: time first",
    ],
    pair: (r) => {
      const [line, place, time] = [r.between(1, 99), city(r), `${r.between(10, 23)}:${r.between(10, 59)}`];
      return [`${r.pick(["Bus", "Tram"])} ${line} to ${place} ${time}`, `${time} ${line} ${place}`];
    },
  },
  "doctor-slot": {
    specs: [
      "appointments 'Dr. Ito, Tue 9:30 (room 4)': write 'Tue 9:30'",
      "day and time of the appointment",
      "only when the appointment is",
      "when is it? DAY TIME",
    ],
    pair: (r) => {
      const when = `${r.pick(weekdays)} ${r.between(7, 18)}:${r.pick(["00", "15", "30", "45"])}`;
      return [`Dr. ${lastName(r)}, ${when}${r.chance(0.6) ? ` (room ${r.between(1, 20)})` : ""}`, when];
    },
  },
  "grade-average": {
    specs: [
      "pass if the points reach 50, else fail; input 'NAME: points'; answer 'NAME passed' or 'NAME failed'",
      "NAME: n -> NAME passed (n >= 50) or NAME failed",
      "say who passed (50 points or more) or failed",
      "exam result sentence: 'Ann passed' from 50 points on, otherwise 'Ann failed'",
    ],
    pair: (r) => {
      const [name, points] = [firstName(r), r.int(101)];
      return [`${name}: ${points}`, `${name} ${points >= 50 ? "passed" : "failed"}`];
    },
  },
  "bet-odds": {
    specs: [
      "odds '3/1': answer '3 to 1'",
      "write the slash of the odds as 'to'",
      "fractional odds in words: a/b -> a to b",
      "read out the odds",
    ],
    input: (r) => `${r.between(1, 40)}/${r.between(1, 9)}`,
    output: (s) => s.replace("/", " to "),
  },
  "size-range": {
    specs: [
      "shoe sizes '39-42' : does size {n} fit? {yes} or {no}",
      "{yes} if {n} lies in the size range, otherwise {no}",
      "is {n} within the given range of sizes: {yes}/{no}",
      "do they have size {n}? {yes}/{no}",
    ],
    draw: (r) => {
      const n = r.between(36, 44);
      const { say, of } = verdict(r, [["fits", "no"]]);
      return {
        say: { ...say, n: String(n) },
        pair: (q) => {
          const low = q.between(33, 45);
          const high = low + q.between(1, 6);
          return [`${q.chance(0.5) ? `${product(q)} ` : ""}${low}-${high}`, of(low <= n && n <= high)];
        },
      };
    },
  },
});
