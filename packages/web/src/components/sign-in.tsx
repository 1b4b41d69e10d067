import { type FormEvent, useState } from "react";
import { type Problem, problemOf } from "../state/problem.ts";
import { signIn } from "../state/session.ts";
import { usePageTitle } from "./page-title.ts";
import { ProblemBox } from "./problem-box.tsx";

/** Asks for an API key; the local stack's address brings it along, so that people there never see this. */
export function SignIn({ github, refused }: { github: boolean; refused?: Problem | undefined }) {
  const [key, setKey] = useState("");
  const [problem, setProblem] = useState<Problem | undefined>(refused);
  const [asking, setAsking] = useState(false);
  usePageTitle("Sign in");

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const trimmed = key.trim();
    if (!/^wsk_[\w-]+$/.test(trimmed)) {
      setProblem({
        message: trimmed === "" ? "There is no key yet." : "This is no API key: a key starts with wsk_.",
        remedy: "Paste the whole key, as it was shown when it was made.",
      });
      return;
    }
    setAsking(true);
    setProblem(undefined);
    try {
      await signIn(trimmed);
    } catch (error) {
      // Another key is what is asked for here already.
      const { message, remedy } = problemOf(error);
      setProblem({ message, remedy });
      setAsking(false);
    }
  };

  return (
    <section className="sign-in">
      <h1>Specs in, programs out.</h1>
      <p className="lead">
        Weightsmith turns a spec and a few examples into a small program made of weights, and measures it on
        examples it never saw.
      </p>
      {github && (
        <p className="row">
          <a className="button primary large" href="/v1/session/github">
            Sign in with GitHub
          </a>
        </p>
      )}
      <form className="card" onSubmit={submit} noValidate>
        <h2>Sign in</h2>
        <label htmlFor="key">API key</label>
        <input
          id="key"
          type="password"
          autoComplete="current-password"
          placeholder="wsk_…"
          value={key}
          aria-describedby="key-hint"
          onChange={(event) => {
            setKey(event.target.value);
            setProblem(undefined);
          }}
        />
        <p className="muted hint" id="key-hint">
          On your own machine, <code>npm start</code> keeps one in its data folder and prints where.
        </p>
        {problem !== undefined && <ProblemBox problem={problem} />}
        <button type="submit" className="primary" aria-disabled={asking}>
          {asking ? "Signing in…" : "Sign in"}
        </button>
      </form>
    </section>
  );
}
