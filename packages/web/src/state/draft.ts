/** What is being written on the compile page. It is kept in the browser until it is cleared. */
import type { CompileRequestInput, Example, Method } from "@weightsmith/contract";

export interface Draft {
  readonly spec: string;
  readonly examples: readonly Example[];
  readonly method: Method;
  readonly name: string;
  /** The model that runs the program; "": the server's own choice. */
  readonly interpreter?: string;
  /** What it is a fork of. */
  readonly parent?: string;
}

export const emptyDraft: Draft = { spec: "", examples: [], method: "auto", name: "" };

export const isEmptyDraft = ({ spec, examples, name }: Draft): boolean =>
  spec === "" && examples.length === 0 && name === "";

/** What the API is asked: rows that were never filled and a name that was never given are left out. */
export function requestOf({ spec, examples, method, name, interpreter, parent }: Draft): CompileRequestInput {
  return {
    spec,
    examples: examples.filter(({ input, output }) => input !== "" || output !== ""),
    method,
    ...(name.trim() === "" ? {} : { name: name.trim() }),
    ...(interpreter ? { interpreter } : {}),
    ...(parent ? { parents: [parent as never] } : {}),
  };
}

/** For those who want to see it work before they think of something of their own. */
export const sampleDraft: Draft = {
  spec: "Return the file extension of the path, in lower case, without the dot.",
  examples: [
    ["/home/ana/report.PDF", "pdf"],
    ["photos/cat.jpeg", "jpeg"],
    ["notes.TXT", "txt"],
    ["C:\\music\\song.Mp3", "mp3"],
    ["archive/data.csv", "csv"],
    ["src/main.rs", "rs"],
    ["/var/log/app.LOG", "log"],
    ["slides/talk.PPTX", "pptx"],
    ["video/holiday.mov", "mov"],
    ["index.html", "html"],
    ["/tmp/backup.ZIP", "zip"],
    ["letters/anna.docx", "docx"],
    ["invoice 2025.Xlsx", "xlsx"],
    ["logo.SVG", "svg"],
    ["/etc/app/settings.yaml", "yaml"],
    ["podcast/episode-12.WAV", "wav"],
  ].map(([input = "", output = ""]) => ({ input, output })),
  method: "auto",
  name: "file-extension",
};
