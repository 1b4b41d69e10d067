import type { Example } from "@weightsmith/contract";
import { type ClipboardEvent, useId, useState } from "react";
import { parseExamples } from "../state/example-text.ts";
import { type Problem, problemOf } from "../state/loading.ts";
import { ProblemBox } from "./problem-box.tsx";

interface Props {
  readonly examples: readonly Example[];
  readonly onChange: (examples: readonly Example[]) => void;
}

const blank: Example = { input: "", output: "" };

/** Rows of input and output to type into; a paste of several lines or a file fills many at once. */
export function ExampleEditor({ examples, onChange }: Props) {
  const [problem, setProblem] = useState<Problem>();
  const fileId = useId();
  const rows = [...examples, blank];

  const change = (index: number, part: Partial<Example>) => {
    const next = rows.map((row, at) => (at === index ? { ...row, ...part } : row));
    onChange(next.filter(({ input, output }, at) => at < examples.length || input !== "" || output !== ""));
  };
  const add = (text: string) => {
    try {
      onChange([
        ...examples.filter(({ input, output }) => input !== "" || output !== ""),
        ...parseExamples(text),
      ]);
      setProblem(undefined);
    } catch (error) {
      setProblem({ ...problemOf(error), remedy: "Nothing was added. Mend the text and paste it again." });
    }
  };
  const paste = (event: ClipboardEvent) => {
    const text = event.clipboardData.getData("text/plain");
    if (!/[\n\t]/.test(text.trim())) return;
    event.preventDefault();
    add(text);
  };
  const upload = async (files: FileList | null) => {
    for (const file of files ?? []) add(await file.text());
  };

  return (
    <fieldset className="examples" onPaste={paste}>
      <legend>
        Examples <span className="muted">{examples.length > 0 && examples.length}</span>
      </legend>
      <p className="muted hint">
        Some are held back to measure the program. Paste many at once as JSON Lines, CSV or two columns, or{" "}
        <label htmlFor={fileId} className="link">
          choose a file
        </label>
        .
        <input
          id={fileId}
          className="hidden"
          type="file"
          accept=".jsonl,.ndjson,.csv,.tsv,.txt"
          multiple
          onChange={(event) => void upload(event.target.files)}
        />
      </p>
      {problem !== undefined && <ProblemBox problem={problem} />}
      <div className="example-rows">
        {rows.map((row, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place; what is in it changes with every key
          <div className="example-row" key={index}>
            <input
              aria-label={`Input ${index + 1}`}
              placeholder={index === 0 ? "Input" : ""}
              value={row.input}
              onChange={(event) => change(index, { input: event.target.value })}
            />
            <span aria-hidden="true">→</span>
            <input
              aria-label={`Output ${index + 1}`}
              placeholder={index === 0 ? "Wanted output" : ""}
              value={row.output}
              onChange={(event) => change(index, { output: event.target.value })}
            />
            <button
              type="button"
              className="quiet"
              aria-label={`Remove example ${index + 1}`}
              disabled={index >= examples.length}
              onClick={() => onChange(examples.filter((_, at) => at !== index))}
            >
              ×
            </button>
          </div>
        ))}
      </div>
    </fieldset>
  );
}
