import type { HubProgram, ProgramKind } from "@weightsmith/contract";
import { useEffect, useState } from "react";
import { usePageTitle } from "../components/page-title.ts";
import { ProblemBox } from "../components/problem-box.tsx";
import { useApi, useSignedIn } from "../state/api.ts";
import { useListing } from "../state/listing.ts";
import { useLoaded } from "../state/loading.ts";
import { addressOf, type HubAddress, routeOf, settleAt } from "../state/router.ts";
import { percent } from "../state/score.ts";
import { counted, headline, shownBytes, shownTime } from "../state/wording.ts";

const typingMilliseconds = 150;

export const kindNames: Readonly<Record<ProgramKind, string>> = {
  weights: "Weights",
  code: "Code",
  loda: "LODA",
};
const sortNames = {
  relevance: "Relevance",
  newest: "Newest",
  score: "Score",
  downloads: "Downloads",
} as const;
type Sort = keyof typeof sortNames;

/** Everybody's published programs. What is looked for lies in the address: a search can be sent to somebody. */
export function HubPage({ query }: { query: HubAddress }) {
  const api = useApi();
  const signedIn = useSignedIn();
  const { q, tag, kind, sort } = query;
  const [typed, setTyped] = useState(q);
  const move = (change: Partial<HubAddress>) => settleAt(addressOf.hub({ ...query, ...change }));
  // The words in the address are what is searched for; what is being typed follows after a pause.
  // biome-ignore lint/correctness/useExhaustiveDependencies: only typing starts the pause anew
  useEffect(() => {
    if (typed.trim() === q) return;
    const timer = setTimeout(() => {
      if (routeOf(location.hash).page === "hub") move({ q: typed.trim() });
    }, typingMilliseconds);
    return () => clearTimeout(timer);
  }, [typed, q]);
  useEffect(() => setTyped((now) => (now.trim() === q ? now : q)), [q]);

  const { items, problem, more, reload } = useListing(JSON.stringify(query), (page, signal) =>
    api.hub.search(
      {
        ...page,
        ...(q === "" ? {} : { q }),
        ...(tag === "" ? {} : { tag }),
        ...(kind in kindNames ? { kind: kind as ProgramKind } : {}),
        ...(sort in sortNames ? { sort: sort as Sort } : {}),
      },
      { signal },
    ),
  );
  const tags = useLoaded("hub-tags", (signal) => api.hub.tags({ signal })).value ?? [];
  usePageTitle(q === "" ? "Hub" : `Hub: ${q}`);
  const narrowed = q !== "" || tag !== "" || kind !== "";
  return (
    <section>
      <header className="title">
        <h1>Hub</h1>
        <p className="lead">Programs that people published, each with the score the service measured.</p>
      </header>
      <search className="filters">
        <label className="hidden" htmlFor="hub-search">
          Search published programs
        </label>
        <input
          id="hub-search"
          type="search"
          placeholder="What should it do? “parse dates”, “route tickets”…"
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
        <Choice
          id="hub-kind"
          label="Kind"
          value={kind}
          options={[["", "Every kind"], ...Object.entries(kindNames)]}
          onChange={(value) => move({ kind: value })}
        />
        <Choice
          id="hub-sort"
          label="Order"
          value={sort in sortNames ? sort : q === "" ? "newest" : "relevance"}
          options={Object.entries(sortNames).filter(([name]) => name !== "relevance" || q !== "")}
          onChange={(value) => move({ sort: value })}
        />
      </search>
      {(tags.length > 0 || tag !== "") && (
        <ul className="tags" aria-label="Tags">
          {tag !== "" && !tags.some((each) => each.tag === tag) && (
            <li>
              <TagButton tag={tag} pressed onPress={() => move({ tag: "" })} />
            </li>
          )}
          {tags.slice(0, 16).map((each) => (
            <li key={each.tag}>
              <TagButton
                tag={each.tag}
                pressed={each.tag === tag}
                onPress={() => move({ tag: each.tag === tag ? "" : each.tag })}
              />
            </li>
          ))}
        </ul>
      )}
      {problem !== undefined && <ProblemBox problem={problem} retry={reload} />}
      {items === undefined && problem === undefined && <p className="muted">Loading…</p>}
      <p className="hidden" role="status">
        {items !== undefined && narrowed && `${items.length}${more ? " or more" : ""} found`}
      </p>
      {items?.length === 0 &&
        (narrowed ? (
          <div className="empty">
            <p>No published program matches. Fewer words or another kind may.</p>
            <p>
              <a className="button" href={addressOf.hub()}>
                Show everything
              </a>
            </p>
          </div>
        ) : (
          <div className="empty">
            <p>
              Nothing is published yet. A program stays yours until you press Publish on its page; then it
              stands here with its score, and anybody can run it.
            </p>
            <p>
              <a className="button primary" href={signedIn ? addressOf.programs : addressOf.compile}>
                {signedIn ? "Choose one of your programs" : "Sign in"}
              </a>
            </p>
          </div>
        ))}
      <ul className="cards">
        {items?.map((program) => (
          <li key={`${program.publisher}/${program.id}`}>
            <Card program={program} />
          </li>
        ))}
      </ul>
      {more !== undefined && (
        <button type="button" onClick={more}>
          Show more
        </button>
      )}
    </section>
  );
}

function Card({ program }: { program: HubProgram }) {
  const score = program.scores?.heldOut;
  return (
    <a className="card program-card" href={addressOf.program(program.id)}>
      <span className="row between">
        <strong className="entry-title">{program.name ?? headline(program.spec)}</strong>
        {score?.exactMatch != null && <ScoreMark share={score.exactMatch} n={score.n} />}
      </span>
      <span className="card-spec">{headline(program.spec, 160)}</span>
      <span className="card-facts muted">
        <span>{kindNames[program.kind]}</span>
        <span>{program.publisher}</span>
        <span>{shownBytes(program.artifact.bytes)}</span>
        {program.downloads > 0 && <span>{counted(program.downloads, "download")}</span>}
        <span>{shownTime(program.publishedAt ?? program.createdAt)}</span>
      </span>
    </a>
  );
}

/** A score as a ring that fills. */
export function ScoreMark({ share, n }: { share: number; n: number }) {
  const around = 2 * Math.PI * 7;
  return (
    <span className="score-mark figures" title={`${percent(share)} of ${n} held-out examples`}>
      <svg viewBox="0 0 18 18" width="18" height="18" aria-hidden="true">
        <circle className="ring" cx="9" cy="9" r="7" />
        <circle className="ring filled" cx="9" cy="9" r="7" strokeDasharray={`${share * around} ${around}`} />
      </svg>
      {percent(share)}
    </span>
  );
}

function TagButton({ tag, pressed, onPress }: { tag: string; pressed: boolean; onPress: () => void }) {
  return (
    <button type="button" className="tag-button" aria-pressed={pressed} onClick={onPress}>
      {tag}
    </button>
  );
}

interface ChoiceProps {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  readonly options: readonly (readonly [value: string, name: string])[];
  readonly onChange: (value: string) => void;
}

export function Choice({ id, label, value, options, onChange }: ChoiceProps) {
  return (
    <div className="choice-field">
      <label htmlFor={id} className="hidden">
        {label}
      </label>
      <select id={id} value={value} onChange={(event) => onChange(event.target.value)}>
        {options.map(([option, name]) => (
          <option key={option} value={option}>
            {name}
          </option>
        ))}
      </select>
    </div>
  );
}
