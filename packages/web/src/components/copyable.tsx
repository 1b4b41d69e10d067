import { useEffect, useState } from "react";

/** An id or a command, with a button that copies it. */
export function Copyable({ text, what }: { text: string; what: string }) {
  const [said, setSaid] = useState("");
  useEffect(() => {
    if (said === "") return;
    const timer = setTimeout(() => setSaid(""), 2000);
    return () => clearTimeout(timer);
  }, [said]);
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => setSaid("Copied"),
      () => setSaid("Not allowed"),
    );
  return (
    <span className="copyable">
      <code>{text}</code>
      <button type="button" className="quiet small" aria-label={`Copy ${what}`} onClick={() => void copy()}>
        {said === "" ? "Copy" : said}
      </button>
      <span className="hidden" role="status">
        {said}
      </span>
    </span>
  );
}
