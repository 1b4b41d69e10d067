import type { Draft } from "../pages/compile-page.tsx";

/** A draft for those who want to see it work before they think of something of their own. */
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
  ].map(([input = "", output = ""]) => ({ input, output })),
  method: "auto",
  name: "file-extension",
};
