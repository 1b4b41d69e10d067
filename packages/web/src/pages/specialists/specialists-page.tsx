/** Specialists: a conversation with the mixture, what it consists of, and what its gates do with a text. */
import { useState } from "react";
import { usePageTitle } from "../../components/page-title.ts";
import { ProblemBox } from "../../components/problem-box.tsx";
import { useApi } from "../../state/api.ts";
import { useInterval, useLoaded } from "../../state/loading.ts";
import { Chat } from "./chat.tsx";
import { GateView } from "./gate-view.tsx";
import { MixturePanel } from "./mixture-panel.tsx";
import "./specialists.css";

export function SpecialistsPage() {
  usePageTitle("Specialists");
  const api = useApi();
  const { value, problem, reload } = useLoaded("specialists", async (signal) => {
    const [status, list] = await Promise.all([
      api.specialists.status({ signal }),
      api.specialists.list({ signal }),
    ]);
    return { status, list };
  });
  const working = value !== undefined && value.status.training.length > 0;
  useInterval(working, 1000, reload);
  const [shown, setShown] = useState("");
  const ready = value?.status.initialized === true;
  return (
    <section className="specialists">
      <header className="title">
        <h1>Specialists</h1>
      </header>
      {problem !== undefined && <ProblemBox problem={problem} retry={reload} />}
      {value === undefined && problem === undefined && <p className="muted">Loading…</p>}
      {value !== undefined && (
        <div className="specialists-columns">
          <div>
            <Chat ready={ready} onText={setShown} />
            <GateView ready={ready} suggested={shown} />
          </div>
          <MixturePanel status={value.status} list={value.list} reload={reload} />
        </div>
      )}
    </section>
  );
}
