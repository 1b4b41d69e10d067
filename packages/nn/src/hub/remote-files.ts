/** Where the files of a model come from: the Hugging Face hub, or a prefix of an object store. */
import { HubError } from "./hub-error.ts";

/** How the source says what the content must be. */
export type Checksum =
  | { readonly kind: "sha256" | "md5"; readonly hex: string }
  /** SHA-1 of git's header `blob <size>\0` and the content */
  | { readonly kind: "git"; readonly hex: string };

export interface RemoteFile {
  readonly sizeBytes: number | undefined;
  readonly checksum: Checksum | undefined;
}

/** The files of one model at one revision. */
export interface RemoteFiles {
  /** What messages call it. */
  readonly name: string;
  /** What the source says of a file, or undefined where it has none of this name. */
  describe(file: string, signal?: AbortSignal): Promise<RemoteFile | undefined>;
  /**
   * The content from `offset` on; where the source sends all of it regardless, `offset` is 0 in the answer.
   */
  open(
    file: string,
    offset: number,
    signal?: AbortSignal,
  ): Promise<{ offset: number; chunks: AsyncIterable<Uint8Array> }>;
}

/** Reads objects of a store by key. S3 is one; no client of it is imported here. */
export interface ObjectReader {
  /** Undefined where there is no such object. */
  head(
    key: string,
    signal?: AbortSignal,
  ): Promise<{ sizeBytes: number; etag?: string; sha256?: string } | undefined>;
  /** The object's bytes from `offset` on. */
  read(key: string, offset: number, signal?: AbortSignal): Promise<AsyncIterable<Uint8Array>>;
}

/** The files under a prefix of an object store. */
export function objectFiles(reader: ObjectReader, prefix: string): RemoteFiles {
  const key = (file: string) => (prefix === "" ? file : `${prefix.replace(/\/$/, "")}/${file}`);
  return {
    name: `objects under ${prefix || "/"}`,
    async describe(file, signal) {
      const head = await reader.head(key(file), signal);
      if (head === undefined) return undefined;
      // The ETag of an object that was sent in one piece is its MD5.
      const etag = head.etag?.replaceAll('"', "");
      const md5 = etag !== undefined && /^[0-9a-f]{32}$/.test(etag) ? etag : undefined;
      const checksum: Checksum | undefined =
        head.sha256 !== undefined
          ? { kind: "sha256", hex: head.sha256 }
          : md5 !== undefined
            ? { kind: "md5", hex: md5 }
            : undefined;
      return { sizeBytes: head.sizeBytes, checksum };
    },
    async open(file, offset, signal) {
      return { offset, chunks: await reader.read(key(file), offset, signal) };
    },
  };
}

export interface HubOptions {
  /** `main` if not given; a commit is best, as branches move */
  revision?: string;
  /** https://huggingface.co if not given */
  baseUrl?: string;
  /** for gated and private repositories */
  token?: string;
}

export const defaultHubUrl = "https://huggingface.co";

/** More redirects than this within the hub are a loop. */
const largestRedirects = 5;

/** The files of a repository of the Hugging Face hub, all of the commit that the revision first stood for. */
export function hubFiles(repository: string, options: HubOptions = {}): RemoteFiles {
  if (!/^[\w][\w.-]*(\/[\w][\w.-]*)?$/.test(repository) || repository.includes(".."))
    throw new HubError(
      "not_found",
      `${JSON.stringify(repository)} is not a repository of the form owner/name`,
    );
  const { revision = "main", baseUrl = defaultHubUrl, token } = options;
  const base = new URL(baseUrl.endsWith("/") ? baseUrl : `${baseUrl}/`);
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  let commit: string | undefined;
  const url = (file: string) =>
    new URL(`${repository}/resolve/${encodeURIComponent(commit ?? revision)}/${file}`, base);

  const refuse = (response: Response, file: string): HubError | undefined => {
    const what = `${repository} at ${revision}: ${file}`;
    if (response.status === 401 || response.status === 403)
      return new HubError(
        "unauthorized",
        `${base.host} does not give ${what} (status ${response.status}). ${
          token === undefined
            ? "It is private, gated or misspelled: give a token of an account that may read it."
            : "The token may not read it: accept the model's terms on its page, or use another token."
        }`,
      );
    if (response.status === 404) return new HubError("not_found", `${base.host} has no ${what}`);
    if (!response.ok)
      return new HubError("unavailable", `${base.host} answered ${response.status} for ${what}`);
    return undefined;
  };

  /** The hub's own answer about a file: its redirects to itself are followed, those to its stores are not. */
  const ask = async (file: string, signal?: AbortSignal): Promise<Response> => {
    let at = url(file);
    for (let redirects = 0; redirects <= largestRedirects; redirects++) {
      const response = await fetch(at, {
        method: "HEAD",
        headers: { ...headers, "accept-encoding": "identity" },
        redirect: "manual",
        ...(signal ? { signal } : {}),
      });
      const location = response.headers.get("location");
      const isRedirect = response.status >= 300 && response.status < 400 && location !== null;
      if (!isRedirect || response.headers.has("x-linked-etag")) return response;
      const next = new URL(location, at);
      if (next.origin !== base.origin) return response;
      at = next;
    }
    throw new HubError("unavailable", `${base.host} redirects ${file} of ${repository} without end`);
  };

  return {
    name: `${repository} at ${revision}`,
    async describe(file, signal) {
      const response = await ask(file, signal);
      const isRedirect = response.status >= 300 && response.status < 400;
      // A repository that exists answers 404 with the reason EntryNotFound for a file that does not.
      if (response.status === 404 && response.headers.get("x-error-code") !== "RepoNotFound")
        return undefined;
      const refusal = isRedirect ? undefined : refuse(response, file);
      if (refusal) throw refusal;
      const { headers: said } = response;
      const stated = said.get("x-repo-commit");
      if (stated !== null && /^[0-9a-f]{40}$/.test(stated)) commit ??= stated;
      const etag = (said.get("x-linked-etag") ?? said.get("etag") ?? "")
        .replace(/^W\//, "")
        .replaceAll('"', "");
      const size = said.get("x-linked-size") ?? (isRedirect ? null : said.get("content-length"));
      let checksum: Checksum | undefined;
      if (/^[0-9a-f]{64}$/.test(etag)) checksum = { kind: "sha256", hex: etag };
      else if (/^[0-9a-f]{40}$/.test(etag)) checksum = { kind: "git", hex: etag };
      return { sizeBytes: size === null ? undefined : Number(size), checksum };
    },
    async open(file, offset, signal) {
      const response = await fetch(url(file), {
        headers: { ...headers, ...(offset > 0 ? { range: `bytes=${offset}-` } : {}) },
        ...(signal ? { signal } : {}),
      });
      const refusal = refuse(response, file);
      if (refusal) {
        await response.body?.cancel();
        throw refusal;
      }
      const range = /^bytes (\d+)-/.exec(response.headers.get("content-range") ?? "");
      const begins = response.status === 206 ? Number(range?.[1] ?? offset) : 0;
      return { offset: begins, chunks: response.body ?? nothing() };
    },
  };
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
