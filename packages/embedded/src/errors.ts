/** What can go wrong with a server on this machine, each with the remedy in its message. */

/** An embedded server could not be started or kept. The message says what was wrong and how to fix it. */
export class EmbeddedServerError extends Error {
  override name = "EmbeddedServerError";
}

/** Another program listens on a port that was asked for by number. */
export class PortTakenError extends EmbeddedServerError {
  override name = "PortTakenError";
  readonly port: number;

  constructor(port: number, server: string) {
    super(
      `Port ${port} for the ${server} is taken by another program. Stop that program or choose another port.`,
    );
    this.port = port;
  }
}

/** A running process holds the data folder. Two servers on one folder would corrupt it. */
export class FolderInUseError extends EmbeddedServerError {
  override name = "FolderInUseError";
  readonly folder: string;
  readonly processId: number;
  /** What the holder said about itself, such as its URL. */
  readonly note: string | undefined;

  constructor(folder: string, processId: number, note: string | undefined) {
    super(
      `The data folder ${folder} is in use by process ${processId}${note ? ` (${note})` : ""}. Stop that process or choose another folder.`,
    );
    this.folder = folder;
    this.processId = processId;
    this.note = note;
  }
}
