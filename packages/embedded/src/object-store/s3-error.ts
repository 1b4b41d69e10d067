/** The errors of the S3 protocol that this store answers with. */

const catalogue = {
  AccessDenied: [403, "The request is not signed, or its time is over."],
  BadDigest: [400, "The body does not have the checksum that was sent with it."],
  EntityTooSmall: [400, "A part other than the last is smaller than 5 MiB."],
  IncompleteBody: [400, "The body ended before its declared length."],
  InternalError: [500, "The store failed; its log says how."],
  InvalidAccessKeyId: [403, "The access key is unknown."],
  InvalidArgument: [400, "A parameter has a value that cannot be used."],
  InvalidPart: [400, "A part that was named does not exist, or its ETag differs."],
  InvalidPartOrder: [400, "The parts are not listed in ascending order."],
  InvalidRange: [416, "The range begins after the end of the object."],
  InvalidURI: [400, "The address cannot be decoded."],
  KeyTooLongError: [400, "A part of the key between slashes is too long for a file name."],
  MalformedXML: [400, "The body is not the XML that this operation expects."],
  MethodNotAllowed: [405, "This operation is not part of the local store."],
  NoSuchBucket: [404, "The bucket does not exist."],
  NoSuchKey: [404, "The object does not exist."],
  NoSuchUpload: [404, "The multipart upload does not exist."],
  PreconditionFailed: [412, "A condition of the request does not hold."],
  RequestTimeTooSkewed: [403, "The request's time differs from the server's by more than 15 minutes."],
  SignatureDoesNotMatch: [403, "The signature does not match the request."],
} as const satisfies Record<string, readonly [status: number, message: string]>;

export type S3ErrorCode = keyof typeof catalogue;

export class S3Error extends Error {
  override name = "S3Error";
  readonly code: S3ErrorCode;
  readonly status: number;

  constructor(code: S3ErrorCode, options?: ErrorOptions) {
    super(catalogue[code][1], options);
    this.code = code;
    this.status = catalogue[code][0];
  }
}
