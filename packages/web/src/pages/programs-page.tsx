import { useDeferredValue, useState } from "react";
import { ProblemBox } from "../components/problem-box.tsx";
import { useApi } from "../state/api.ts";
import { useLoaded } from "../state/loading.ts";
import { addressOf } from "../state/router.ts";

export function ProgramsPage() {
  const api = useApi();
  const [words, setWords] = useState("");
  const query = useDeferredValue(words.trim());
  const { value, problem, reload } = useLoaded(`programs ${query}`, (signal) =>
    api.programs.list({ limit: 50, ...(query === "" ? {} : { q: query }) }, { signal }),
  );
  return (
    <section>
      <header className="row wrap">
        <h1 className="grow">Programs</h1>
        <label className="hidden" htmlFor="search">
          Search
        </label>
        <input
          id="search"
          type="search"
          placeholder="Search name, spec and tags"
          value={words}
          onChange={(event) => setWords(event.target.value)}
        />
      </header>
      {problem !== undefined && <ProblemBox problem={problem} retry={reload} />}
      {value?.items.length === 0 && (
        <p className="empty">
          {query === "" ? "No programs yet. " : `Nothing found for “${query}”. `}
          <a href={addressOf.compile}>Compile one</a>.
        </p>
      )}
      <ul className="cards">
        {value?.items.map((program) => (
          <li key={program.id}>
            <a className="card link-card" href={addressOf.program(program.id)}>
              <span className="row">
                <strong className="grow clip">{program.name ?? program.spec}</strong>
                {program.scores?.heldOut.exactMatch != null && (
                  <span className="tag succeeded">
                    {Math.round(program.scores.heldOut.exactMatch * 100)} %
                  </span>
                )}
              </span>
              <span className="muted clip">
                <code>{program.id}</code> · {(program.artifact.bytes / 1000).toFixed(0)} kB · {program.spec}
              </span>
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}
