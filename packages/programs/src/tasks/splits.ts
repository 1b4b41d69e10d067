/**
 * Which families are trained on, which choose between trained models, and which only measure. Families are named, so
 * that adding one never moves another; what is not named here is training.
 *
 * The families under `novel/` are functions that no training family computes, as different users would ask for them.
 * They are never trained on: one part helps to choose between models, the other is the out-of-family test.
 */

export type Split = "training" | "validation" | "out-of-family";

const names = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

export const validationNames = names(`
  swap-ends mask-keep-start upper-last email-tld option-by-label array-item pair-swap drop-column
  ticket-branch citation-key seat-row dosage-times ratio-sides cron-hour bus-line doctor-slot
  grade-average wiki-title host-port chord-root bet-odds size-range
`);

export const outOfFamilyNames = names(`
  flight-code recipe-line episode-tag feature-artist isbn-hyphens chess-move card-name poll-majority
  rna-strand short-hex toc-page reply-quote sql-table import-module flag-value type-declaration
  package-name coordinates-signs film-year playlist-time hotel-nights street-number score-points
  swap-hands medal-count shelf-mark meter-reading calendar-entry invoice-amount-due answer-key
  unread-count shift-hours voucher-expiry ingredient-list word-ladder tip-share price-drop ship-track
  menu-allergens caller-request quiz-line pronoun-swap plural-items verse-reference scale-note
  chat-thread redact-names
`);

export function splitOf(name: string): Split {
  if (outOfFamilyNames.has(name)) return "out-of-family";
  return validationNames.has(name) ? "validation" : "training";
}
