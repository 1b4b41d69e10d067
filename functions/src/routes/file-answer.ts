/** A file as an answer, or the way to it where it is too large for one. */
import { Artifact } from "@weightsmith/core";
import type { AppContext } from "../http/environment.ts";
import type { Services } from "../services.ts";

/** A function behind a gateway answers with 6 MB at most, in base64. */
const MOST_INLINE_BYTES = 4 * 2 ** 20;
const LINK_SECONDS = 15 * 60;

/** The file itself, or, where it is too large to be answered with, the way to it. */
export async function sendFile(
  c: AppContext,
  { db, storage, freezes }: Services,
  { name, mediaType, bytes }: { name: string; mediaType: string; bytes: Uint8Array },
): Promise<Response> {
  if (freezes && bytes.byteLength > MOST_INLINE_BYTES) {
    // Nothing uses it, so it is collected some time after it was last asked for.
    const { sha256 } = await Artifact.put(db, storage, bytes, { mediaType });
    c.header("cache-control", "no-store");
    const options = { expiresSeconds: LINK_SECONDS, fileName: name };
    return c.redirect(await Artifact.downloadUrl(storage, sha256, options), 302);
  }
  return c.body(Uint8Array.from(bytes), 200, {
    "content-type": mediaType,
    "content-length": String(bytes.byteLength),
    "content-disposition": `attachment; filename="${name}"`,
  });
}
