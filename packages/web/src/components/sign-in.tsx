import { API_KEY_PATTERN } from "@weightsmith/contract";
import { type FormEvent, useState } from "react";
import { signIn } from "../state/session.ts";

/** Asks for an API key; the local stack's address brings it along, so that people there never see this. */
export function SignIn() {
  const [key, setKey] = useState("");
  const [wrong, setWrong] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const trimmed = key.trim();
    if (API_KEY_PATTERN.test(trimmed)) signIn(trimmed);
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
            This is no key: a key is wsk_ and 43 more characters.
          </p>
        )}
        <button type="submit" className="primary">
          Sign in
        </button>
      </form>
    </section>
  );
}
