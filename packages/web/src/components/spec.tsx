import { useState } from "react";

const longCharacters = 400;
const longLines = 6;

/** A spec as it was written; a long one is folded until someone wants to read it. */
export function Spec({ text }: { text: string }) {
  const [open, setOpen] = useState(false);
  const long = text.length > longCharacters || text.split("\n").length > longLines;
  if (text === "") return null;
  return (
    <div className="spec">
      <p className={long && !open ? "folded" : ""}>{text}</p>
      {long && (
        <button type="button" className="link" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? "Show less" : "Show all of the spec"}
        </button>
      )}
    </div>
  );
}
