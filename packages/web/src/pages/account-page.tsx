import type { Key, NewKey } from "@weightsmith/contract";
import { type FormEvent, useState } from "react";
import { ConfirmDialog } from "../components/confirm-dialog.tsx";
import { Copyable } from "../components/copyable.tsx";
import { usePageTitle } from "../components/page-title.ts";
import { ProblemBox } from "../components/problem-box.tsx";
import { useApi } from "../state/api.ts";
import { useLoaded } from "../state/loading.ts";
import { type Problem, problemOf } from "../state/problem.ts";
import { useSession } from "../state/session.ts";
import { shownTime } from "../state/wording.ts";

/** Keys and usage. */
export function AccountPage() {
  const api = useApi();
  const standing = useSession();
  const usage = useLoaded("usage", (signal) => api.usage({ signal }));
  usePageTitle("Account");
  return (
    <section>
      <header className="title">
        <h1>Account</h1>
        {standing.status === "in" && (
          <p className="byline muted">
            <span>Signed in as {standing.session.name}</span>
            <Copyable text={standing.session.workspaceId} what="the workspace's id" />
          </p>
        )}
      </header>
      <div className="split">
        <Keys />
        <section className="card">
          <h2>Usage</h2>
          {usage.problem !== undefined && <ProblemBox problem={usage.problem} retry={usage.reload} />}
          {usage.value !== undefined && (
            <dl className="facts">
              <div>
                <dt>Programs kept</dt>
                <dd className="figures">{usage.value.programs.toLocaleString("en")}</dd>
              </div>
              <div>
                <dt>Jobs under way</dt>
                <dd className="figures">
                  {usage.value.unfinishedJobs.used.toLocaleString("en")} of{" "}
                  {usage.value.unfinishedJobs.limit.toLocaleString("en")}
                </dd>
              </div>
            </dl>
          )}
        </section>
      </div>
    </section>
  );
}

function Keys() {
  const api = useApi();
  const keys = useLoaded("keys", (signal) => api.keys.list({ signal }));
  const [name, setName] = useState("");
  const [made, setMade] = useState<NewKey>();
  const [revoking, setRevoking] = useState<Key>();
  const [problem, setProblem] = useState<Problem>();
  const attempt = async (action: () => Promise<void>) => {
    setProblem(undefined);
    try {
      await action();
      keys.reload();
    } catch (error) {
      setProblem(problemOf(error));
    }
  };
  const create = (event: FormEvent) => {
    event.preventDefault();
    void attempt(async () => {
      setMade(await api.keys.create(name.trim() === "" ? undefined : name.trim()));
      setName("");
    });
  };
  return (
    <section>
      <h2>API keys</h2>
      <p className="muted hint">
        For the command line, the SDK and anything that speaks HTTP. A key can do everything this page can.
      </p>
      <form className="row wrap key-form" onSubmit={create}>
        <label className="hidden" htmlFor="key-name">
          Name of the new key
        </label>
        <input
          id="key-name"
          className="grow"
          placeholder="Name, such as “laptop”"
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <button type="submit" className="primary">
          Make a key
        </button>
      </form>
      {problem !== undefined && <ProblemBox problem={problem} />}
      {made !== undefined && (
        <div className="card" role="status">
          <p>
            <strong>{made.name}</strong>: copy it now, it is shown this once.
          </p>
          <Copyable text={made.secret} what="the new key" />
        </div>
      )}
      {keys.problem !== undefined && <ProblemBox problem={keys.problem} retry={keys.reload} />}
      <ul className="entries plain">
        {keys.value?.map((key) => (
          <li key={key.id} className="row">
            <span className="grow">
              <strong>{key.name}</strong> <code className="muted">{key.hint}</code>
              <span className="muted hint block">
                {key.revokedAt !== null
                  ? `revoked ${shownTime(key.revokedAt)}`
                  : key.lastUsedAt === null
                    ? "never used"
                    : `last used ${shownTime(key.lastUsedAt)}`}
              </span>
            </span>
            {key.revokedAt === null && (
              <button type="button" className="danger small" onClick={() => setRevoking(key)}>
                Revoke<span className="hidden"> {key.name}</span>
              </button>
            )}
          </li>
        ))}
      </ul>
      {revoking !== undefined && (
        <ConfirmDialog
          title={`Revoke “${revoking.name}”?`}
          text="Whatever uses it is refused from now on, sessions that it opened included."
          action="Revoke it"
          onConfirm={() => void attempt(async () => void (await api.keys.revoke(revoking.id)))}
          onClose={() => setRevoking(undefined)}
        />
      )}
    </section>
  );
}
