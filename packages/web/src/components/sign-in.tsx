import { type FormEvent, useState } from "react";
import { signIn } from "../state/session.ts";

/** Asks for an API key; the local stack's address brings it along, so that people there never see this. */
export function SignIn() {
  const [key, setKey] = useState("");
  const [wrong, setWrong] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const trimmed = key.trim();
    if (/^wsk_[A-Za-z0-9]+$/.test(trimmed)) signIn(trimmed);
    else setWrong(true);
  };
  return (
    <section className="card narrow">
      <h1>Sign in</h1>
      <p className="muted">
        Paste an API key. <code>npm start</code> prints an address that signs you in by itself.
      </p>
      <form onSubmit={submit}>
        <label htmlFor="key">API key</label>
        <input
          id="key"
          type="password"
          autoComplete="off"
          placeholder="wsk_…"
          value={key}
          aria-invalid={wrong}
          aria-describedby={wrong ? "key-problem" : undefined}
          onChange={(event) => {
            setKey(event.target.value);
            setWrong(false);
          }}
        />
        {wrong && (
          <p id="key-problem" className="problem" role="alert">
            A key starts with wsk_ and has letters and digits after it.
          </p>
        )}
        <button type="submit" className="primary">
          Sign in
        </button>
      </form>
    </section>
  );
}
