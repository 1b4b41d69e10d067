/** What the command's exit status says; scripts may rely on these. */
export const exitCodes = {
  ok: 0,
  /** The work itself failed: a job failed or was canceled, the server had an error. */
  failed: 1,
  /** The command line or its input was wrong; nothing was started. */
  usage: 2,
  /** What was named does not exist. */
  notFound: 3,
  /** No key, a wrong key, or a limit was reached. */
  denied: 4,
  /** The server could not be reached. */
  unreachable: 5,
  /** Ctrl-C. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

export const exitCodeHelp = `
Exit status:
  0  done                          3  not found
  1  the work failed               4  no valid key, or a limit was reached
  2  wrong command line or input   5  the server cannot be reached
  130 interrupted by Ctrl-C`;

/** The exit status for an error of the catalogue, by its HTTP status. */
export function exitCodeOf(status: number): ExitCode {
  if (status === 404) return exitCodes.notFound;
  if (status === 401 || status === 403 || status === 429) return exitCodes.denied;
  if (status >= 400 && status < 500) return exitCodes.usage;
  return exitCodes.failed;
}
