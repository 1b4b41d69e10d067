/**
 * What the command prints, in one of two voices: for people (text on stdout, progress on stderr) or `--json` (one JSON
 * document on stdout and nothing else there).
 */
export interface Output {
  readonly json: boolean;
  /** The result: printed as JSON, or by `render` for people. */
  result<T>(value: T, render: (value: T) => string): void;
  /** A remark on stderr; silent with `--json`. */
  note(text: string): void;
  /** A progress bar on stderr; silent with `--json`. */
  progress(label: string): Progress;
}

export interface Progress {
  /** @param fraction 0..1 @param detail a few words behind the bar, e.g. the current loss */
  update(fraction: number, detail?: string): void;
  /** Takes the bar away, or leaves its last state where the terminal cannot redraw. */
  done(): void;
}

/** Where the text goes; the process's own streams outside tests. */
export interface Streams {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown; readonly isTTY?: boolean; readonly columns?: number };
}

export function createOutput(json: boolean, streams: Streams = process): Output {
  return {
    json,
    result(value, render) {
      streams.stdout.write(json ? `${JSON.stringify(value, null, 2)}\n` : ensureNewline(render(value)));
    },
    note(text) {
      if (!json) streams.stderr.write(ensureNewline(text));
    },
    progress(label) {
      return json ? silent : bar(label, streams.stderr);
    },
  };
}

const silent: Progress = { update() {}, done() {} };

function bar(label: string, stream: Streams["stderr"]): Progress {
  const width = 28;
  let shown = "";
  let printedTenth = -1;
  return {
    update(fraction, detail = "") {
      const share = Math.min(1, Math.max(0, fraction));
      const filled = Math.round(share * width);
      const percent = `${Math.round(share * 100)}`.padStart(3);
      const line = `${label} ${"█".repeat(filled)}${"░".repeat(width - filled)} ${percent} % ${detail}`;
      if (stream.isTTY) {
        const cut = line.slice(0, Math.max(20, (stream.columns ?? 80) - 1));
        if (cut !== shown) stream.write(`\r\u001b[2K${cut}`);
        shown = cut;
        return;
      }
      // A log file gets a line a tenth instead of a line a step.
      const tenth = Math.floor(share * 10);
      if (tenth !== printedTenth) stream.write(`${line}\n`);
      printedTenth = tenth;
    },
    done() {
      if (stream.isTTY && shown !== "") stream.write("\r\u001b[2K");
    },
  };
}

/** Columns padded to their widest cell, two spaces apart. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((cell, column) =>
    Math.max(cell.length, ...rows.map((row) => (row[column] ?? "").length)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd();
  return [line(header), line(widths.map((width) => "─".repeat(width))), ...rows.map(line)].join("\n");
}

function ensureNewline(text: string): string {
  return text.endsWith("\n") ? text : `${text}\n`;
}
