/** The part of @20minutes/s3rver that the object store uses; the package carries no types. */
declare module "@20minutes/s3rver" {
  import type { IncomingMessage, ServerResponse } from "node:http";
  import type { Readable } from "node:stream";

  export interface S3rverOptions {
    directory: string;
    silent: boolean;
    vhostBuckets: boolean;
    configureBuckets: { name: string; configs: string[] }[];
  }

  export interface FilesystemStore {
    /** Writes the body of an object to its file. @returns its length in bytes and its MD5 in hexadecimal digits */
    putContent(objectPath: string, content: Readable | Buffer): Promise<[number, string]>;
  }

  export default class S3rver {
    constructor(options: S3rverOptions);
    readonly store: FilesystemStore;
    readonly middleware: ((context: { state: object }, next: () => Promise<void>) => Promise<void>)[];
    readonly logger: { close(): void };
    configureBuckets(): Promise<unknown>;
    callback(): (request: IncomingMessage, response: ServerResponse) => void;
    on(event: "error", listener: (error: Error) => void): this;
  }
}
