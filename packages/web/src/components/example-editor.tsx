import type { Example } from "@weightsmith/contract";
import { type ClipboardEvent, type DragEvent, useEffect, useId, useRef, useState } from "react";
import { ExampleTextError, looksLikeExamples, parseExamples } from "../state/example-text.ts";
import { type Problem, problemOf } from "../state/problem.ts";
import { counted } from "../state/wording.ts";
import { MoreExamples } from "./more-examples.tsx";
import { ProblemBox } from "./problem-box.tsx";

interface Props {
  readonly spec: string;
  /** Whether the server has a model that writes examples. */
  readonly writes: boolean;
  readonly examples: readonly Example[];
  readonly onChange: (examples: readonly Example[]) => void;
}

const blank: Example = { input: "", output: "" };
const checked = ({ input, output }: Example): Example => ({ input, output });
const isBlank = ({ input, output }: Example): boolean => input === "" && output === "";

/** More rows than these are kept and sent, but not drawn. */
const drawnRows = 100;

/** Rows of input and output to type into; a paste or a file fills many at once. */
export function ExampleEditor({ spec, writes, examples, onChange }: Props) {
  const [adding, setAdding] = useState(false);
  const [text, setText] = useState("");
  const [problem, setProblem] = useState<Problem>();
  const [added, setAdded] = useState("");
  const [focusRow, setFocusRow] = useState<number>();
  const table = useRef<HTMLDivElement>(null);
  const textId = useId();
  const fileId = useId();
  const count = examples.filter((example) => !isBlank(example)).length;
  const generated = examples.filter((example) => example.generated).length;
  const hidden = Math.max(0, examples.length - drawnRows);
  // One blank row more, to go on typing.
  const rows = [...examples.slice(0, drawnRows), ...(hidden > 0 ? [] : [blank])];

  useEffect(() => {
    if (focusRow === undefined) return;
    table.current?.querySelectorAll<HTMLTextAreaElement>("textarea[data-side=input]")[focusRow]?.focus();
    setFocusRow(undefined);
  }, [focusRow]);

  const change = (index: number, part: Partial<Example>) => {
    setAdded("");
    if (index < examples.length)
      // Whoever edits an example has looked at it.
      onChange(examples.map((row, at) => (at === index ? checked({ ...row, ...part }) : row)));
    else onChange([...examples, { ...blank, ...part }]);
  };
  const accept = (index: number) => onChange(examples.map((row, at) => (at === index ? checked(row) : row)));
  const append = (more: readonly Example[]) => {
    onChange([...examples.filter((example) => !isBlank(example)), ...more]);
    setProblem(undefined);
    setAdded(`${counted(more.length, "example")} added: look at them, they are marked.`);
  };
  const remove = (index: number) => {
    onChange(examples.filter((_, at) => at !== index));
    setFocusRow(index);
  };
  /** Whether the text was understood. */
  const add = (more: string): boolean => {
    try {
      const parsed = parseExamples(more);
      onChange([...examples.filter((example) => !isBlank(example)), ...parsed]);
      setProblem(undefined);
      setAdded(`${counted(parsed.length, "example")} added.`);
      return true;
    } catch (error) {
      const known = error instanceof ExampleTextError;
      setProblem(known ? { message: error.message, remedy: error.remedy } : problemOf(error));
      return false;
    }
  };
  const addText = () => {
    if (!add(text)) return;
    setText("");
    setAdding(false);
  };
  const paste = (event: ClipboardEvent) => {
    const pasted = event.clipboardData.getData("text/plain");
    if (!looksLikeExamples(pasted)) return;
    event.preventDefault();
    // What cannot be taken apart is shown where it can be mended.
    if (add(pasted)) return;
    setText(pasted);
    setAdding(true);
  };
  const addFiles = async (files: FileList | null) => {
    let whole = "";
    for (const file of files ?? []) whole += `${await file.text()}\n`;
    if (whole.trim() !== "" && !add(whole)) {
      setText(whole);
      setAdding(true);
    }
  };
  const drop = (event: DragEvent) => {
    if (event.dataTransfer.files.length === 0) return;
    event.preventDefault();
    void addFiles(event.dataTransfer.files);
  };

  return (
    <fieldset
      className="examples"
      onDrop={drop}
      onDragOver={(event) => event.dataTransfer.types.includes("Files") && event.preventDefault()}
    >
      <legend>Examples {count > 0 && <span className="muted">{count.toLocaleString("en")}</span>}</legend>
      <p className="muted hint">
        A dozen or more work best: some are held back to measure the program on what it never saw.
      </p>
      <div className="example-table" ref={table} onPaste={paste}>
        <div className="example-head muted" aria-hidden="true">
          <span>Input</span>
          <span>Wanted output</span>
        </div>
        {rows.map((row, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place; what is in it changes with every key
          <div className={row.generated ? "example-row generated" : "example-row"} key={index}>
            <textarea
              aria-label={`Input ${index + 1}`}
              data-side="input"
              className="code"
              rows={1}
              spellCheck={false}
              value={row.input}
              onChange={(event) => change(index, { input: event.target.value })}
            />
            <textarea
              aria-label={`Output ${index + 1}`}
              className="code"
              rows={1}
              spellCheck={false}
              value={row.output}
              onChange={(event) => change(index, { output: event.target.value })}
            />
            {index < examples.length ? (
              <span className="example-actions">
                {row.generated && (
                  <button
                    type="button"
                    className="quiet small"
                    title="Generated: the program learns from it, and is not measured by it. Is it right?"
                    aria-label={`Accept generated example ${index + 1}`}
                    onClick={() => accept(index)}
                  >
                    ✓
                  </button>
                )}
                <button
                  type="button"
                  className="quiet remove"
                  aria-label={`Remove example ${index + 1}`}
                  onClick={() => remove(index)}
                >
                  ×
                </button>
              </span>
            ) : (
              <span />
            )}
          </div>
        ))}
        {hidden > 0 && (
          <p className="muted hint example-rest">
            and {counted(hidden, "more example")}, not shown here but compiled like these
          </p>
        )}
      </div>
      <div className="row wrap">
        <button type="button" aria-expanded={adding} onClick={() => setAdding(!adding)}>
          Paste many
        </button>
        <span className="file">
          <input
            id={fileId}
            type="file"
            accept=".jsonl,.ndjson,.json,.csv,.tsv,.txt"
            multiple
            onChange={(event) => {
              const input = event.target;
              void addFiles(input.files).then(() => {
                // So that the same file can be chosen again once it is mended.
                input.value = "";
              });
            }}
          />
          <label className="button" htmlFor={fileId}>
            Choose a file
          </label>
        </span>
        <MoreExamples spec={spec} examples={examples} writes={writes} onAdd={append} onProblem={setProblem} />
        <span className="muted hint" role="status">
          {added}
        </span>
      </div>
      {generated > 0 && (
        <p className="hint">
          {counted(generated, "example is", "examples are")} generated. The program learns from them and is
          not measured by them; edit or accept one and it counts like your own.{" "}
          <button
            type="button"
            className="link"
            onClick={() => onChange(examples.filter((example) => !example.generated))}
          >
            Remove them
          </button>
        </p>
      )}
      {adding && (
        <div className="paste">
          <label htmlFor={textId}>JSON Lines, CSV or two columns out of a spreadsheet</label>
          <textarea
            id={textId}
            className="code"
            rows={6}
            spellCheck={false}
            placeholder={'{"input": "photo.JPG", "output": "jpg"}\n{"input": "notes.md", "output": "md"}'}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
          <button type="button" className="primary" onClick={addText} disabled={text.trim() === ""}>
            Add these
          </button>
        </div>
      )}
      {problem !== undefined && <ProblemBox problem={problem} />}
    </fieldset>
  );
}
