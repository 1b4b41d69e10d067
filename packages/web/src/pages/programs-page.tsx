import { useEffect, useState } from "react";
import { usePageTitle } from "../components/page-title.ts";
import { ProblemBox } from "../components/problem-box.tsx";
import { useApi } from "../state/api.ts";
import { useListing } from "../state/listing.ts";
import { addressOf, routeOf, settleAt } from "../state/router.ts";
import { percent } from "../state/score.ts";
import { headline, shownBytes, shownTime } from "../state/wording.ts";

const typingMilliseconds = 200;

export function ProgramsPage({ words }: { words: string }) {
  const api = useApi();
  const [typed, setTyped] = useState(words);
  // The words in the address are what is searched for; what is being typed follows after a pause.
  useEffect(() => {
    if (typed.trim() === words) return;
    const timer = setTimeout(() => {
      // A click on a program has changed the address already while this page is still shown: it must not be undone.
      if (routeOf(location.hash).page === "programs") settleAt(addressOf.search(typed.trim()));
    }, typingMilliseconds);
    return () => clearTimeout(timer);
  }, [typed, words]);
  useEffect(() => setTyped((now) => (now.trim() === words ? now : words)), [words]);
  const { items, problem, more, reload } = useListing(`programs ${words}`, (query, signal) =>
    api.programs.list({ ...query, ...(words === "" ? {} : { q: words }) }, { signal }),
  );
  usePageTitle(words === "" ? "Programs" : `Programs with “${words}”`);
  const nothing = items?.length === 0;
  return (
    <section>
      <header className="title">
        <div className="row wrap">
          <h1 className="grow">Programs</h1>
          <search>
            <label className="hidden" htmlFor="search">
              Search
            </label>
            <input
              id="search"
              type="search"
              placeholder="Search name, spec and tags"
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
            />
          </search>
        </div>
      </header>
      {problem !== undefined && <ProblemBox problem={problem} retry={reload} />}
      {items === undefined && problem === undefined && <p className="muted">Loading…</p>}
      <p className="hidden" role="status">
        {items !== undefined && words !== "" && `${items.length}${more ? " or more" : ""} found`}
      </p>
      {nothing && words !== "" && (
        <div className="empty">
          <p>No program has “{words}” in its name, spec or tags.</p>
          <p>
            <button type="button" onClick={() => setTyped("")}>
              Show all programs
            </button>
          </p>
        </div>
      )}
      {nothing && words === "" && (
        <div className="empty">
          <p>A program is a small file of weights that does what its spec says. You have none yet.</p>
          <p>
            <a className="button primary" href={addressOf.compile}>
              Compile the first one
            </a>
          </p>
        </div>
      )}
      <ul className="entries">
        {items?.map((program) => (
          <li key={program.id}>
            <a href={addressOf.program(program.id)}>
              <span className="entry-title">{program.name ?? headline(program.spec)}</span>
              <span className="entry-score figures">
                {program.scores?.heldOut.exactMatch != null && percent(program.scores.heldOut.exactMatch)}
              </span>
              {program.name !== null && <span className="entry-more">{headline(program.spec, 140)}</span>}
              <span className="entry-more muted">
                <code>{program.id}</code> · {shownBytes(program.artifact.bytes)} ·{" "}
                {shownTime(program.createdAt)}
              </span>
            </a>
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
