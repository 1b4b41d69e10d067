/** A workspace's corpora: `.txt` objects below `corpora/WORKSPACE/NAME/`. */
import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { AppError, type Corpus, type WorkspaceId } from "@weightsmith/contract";
import type { Storage } from "../artifact/index.ts";
import { deleteObjects, listObjects, putObject } from "../artifact/object.ts";

const rootOf = (workspaceId: WorkspaceId) => `corpora/${workspaceId}/`;
const keyOf = (workspaceId: WorkspaceId, corpus: string, file: string) =>
  `${rootOf(workspaceId)}${corpus}/${file}`;

/** Every corpus with its files, `general` first. @throws AppError service.unavailable */
export async function list(storage: Storage, workspaceId: WorkspaceId, only?: string): Promise<Corpus[]> {
  const root = rootOf(workspaceId);
  const corpora = new Map<string, Corpus["files"]>();
  for await (const page of listObjects(storage, only === undefined ? root : `${root}${only}/`)) {
    for (const { key, bytes } of page) {
      const [name, file, ...deeper] = key.slice(root.length).split("/");
      if (!name || !file || deeper.length > 0 || !file.endsWith(".txt")) continue;
      const files = corpora.get(name) ?? [];
      files.push({ name: file, bytes });
      corpora.set(name, files);
    }
  }
  return [...corpora]
    .map(([name, files]) => ({ name, files }))
    .sort(
      (a, b) => Number(b.name === "general") - Number(a.name === "general") || (a.name < b.name ? -1 : 1),
    );
}

/** @throws AppError corpus.missing without files, corpus.empty if all are empty */
export async function requireText(storage: Storage, workspaceId: WorkspaceId, name: string): Promise<Corpus> {
  const [corpus] = await list(storage, workspaceId, name);
  const files = corpus?.files ?? [];
  const context = { corpus: name, files: files.map((file) => file.name).slice(0, 20), bytes: 0 };
  if (!corpus || files.length === 0) {
    throw new AppError("corpus.missing", { message: `The corpus "${name}" has no .txt files.`, context });
  }
  if (files.every(({ bytes }) => bytes === 0)) {
    throw new AppError("corpus.empty", { message: `The corpus "${name}" has only empty files.`, context });
  }
  return corpus;
}

/** Bytes `start` … `end − 1` of a file. @throws AppError service.unavailable */
export async function read(
  { s3, bucket }: Storage,
  workspaceId: WorkspaceId,
  { name, file, start, end }: { name: string; file: string; start: number; end: number },
): Promise<Uint8Array> {
  try {
    const { Body } = await s3.send(
      new GetObjectCommand({
        Bucket: bucket,
        Key: keyOf(workspaceId, name, file),
        Range: `bytes=${start}-${end - 1}`,
      }),
    );
    return (await Body?.transformToByteArray()) ?? new Uint8Array();
  } catch (cause) {
    throw new AppError("service.unavailable", {
      message: `The file ${file} of the corpus "${name}" could not be read.`,
      context: { part: "storage" },
      cause,
    });
  }
}

export async function put(
  storage: Storage,
  workspaceId: WorkspaceId,
  { name, file, bytes }: { name: string; file: string; bytes: Uint8Array },
): Promise<void> {
  await putObject(storage, {
    key: keyOf(workspaceId, name, file),
    bytes,
    mediaType: "text/plain; charset=utf-8",
  });
}

/** A link by which the file can be uploaded with PUT until it expires. */
export async function uploadUrl(
  { s3, publicS3, bucket }: Storage,
  workspaceId: WorkspaceId,
  { name, file, expiresSeconds }: { name: string; file: string; expiresSeconds: number },
): Promise<string> {
  const command = new PutObjectCommand({ Bucket: bucket, Key: keyOf(workspaceId, name, file) });
  return getSignedUrl(publicS3 ?? s3, command, { expiresIn: expiresSeconds });
}

/** Deletes a corpus with all its files. Repeating it changes nothing. @returns what was deleted */
export async function remove(
  storage: Storage,
  workspaceId: WorkspaceId,
  name: string,
): Promise<{ files: number; bytes: number }> {
  const [corpus] = await list(storage, workspaceId, name);
  const files = corpus?.files ?? [];
  await deleteObjects(
    storage,
    files.map((file) => keyOf(workspaceId, name, file.name)),
  );
  return { files: files.length, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) };
}
