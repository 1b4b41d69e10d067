/** Requests drawn from the published description: half of them as it says, half with something wrong. */
import { type Chance, ODD_TEXTS, oddValue } from "./random.ts";
import { fitting, mutated, type Schema } from "./schema-values.ts";

export interface Operation {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly statuses: ReadonlySet<number>;
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly schema: Schema }[];
  /** Schemas of the body by media type. */
  readonly bodies: Readonly<Record<string, Schema>>;
}

export function operationsOf(document: Schema): Operation[] {
  return Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    Object.entries(item as Record<string, Schema>).map(([method, operation]) => ({
      id: operation.operationId,
      method: method.toUpperCase(),
      path,
      statuses: new Set(Object.keys(operation.responses).map(Number)),
      parameters: operation.parameters ?? [],
      bodies: Object.fromEntries(
        Object.entries(operation.requestBody?.content ?? {}).map(([type, media]) => [
          type,
          (media as Schema).schema,
        ]),
      ),
    })),
  );
}

export interface FuzzRequest {
  readonly operation: Operation;
  readonly url: string;
  readonly init: { method: string; headers: Record<string, string>; body?: string };
  /** Whether the path is one that the operation answers to. */
  readonly reaches: boolean;
}

export interface Known {
  readonly components: Readonly<Record<string, Schema>>;
  /** Ids that exist, of the caller's own and of others. */
  readonly ids: readonly string[];
  readonly secret: string;
}

/** What HTTP lets through as a header. */
const HEADER_TEXTS = ODD_TEXTS.filter((text) => /^[\x20-\x7e]*$/.test(text)).map((text) =>
  text.slice(0, 4_000).trim(),
);
const ODD_HEADERS = [
  "idempotency-key",
  "last-event-id",
  "x-request-id",
  "accept",
  "content-type",
  "content-encoding",
  "prefer",
  "traceparent",
  "if-none-match",
  "cookie",
  "origin",
  "x-forwarded-for",
  "x-http-method-override",
];
const KEYS = ["", "Bearer", "Bearer x", "Basic YTpi", "bearer  wsk_\"'"];

export function draw(operations: readonly Operation[], random: Chance, known: Known): FuzzRequest {
  const operation = random.one(operations);
  const { method, parameters, bodies } = operation;
  const value = (schema: Schema) => fitting(schema, known.components, random);

  let reaches = true;
  const path = operation.path.replace(/\{(\w+)\}/g, () => {
    const id = random.happens(0.6) ? random.one(known.ids) : random.one(ODD_TEXTS).slice(0, 2_000);
    if (id === "" || id.includes("/") || /^\.\.?$/.test(id)) reaches = false;
    return encodeURIComponent(id.toWellFormed());
  });
  const query = new URLSearchParams();
  for (const parameter of parameters.filter((each) => each.in === "query")) {
    if (random.happens(0.4)) query.append(parameter.name, String(value(parameter.schema)));
    else if (random.happens(0.2)) query.append(parameter.name, random.one(ODD_TEXTS).slice(0, 2_000));
  }
  if (random.happens(0.03)) query.append(random.one(ODD_TEXTS).slice(0, 99), "x");

  const headers: Record<string, string> = {};
  const key = random.number();
  if (key < 0.85) headers.authorization = `Bearer ${known.secret}`;
  else if (key < 0.95) headers.authorization = random.one(KEYS);
  const types = Object.keys(bodies);
  let body: string | undefined;
  if (method !== "GET" && (types.length > 0 || random.happens(0.2))) {
    headers["content-type"] = "application/json";
    body = bodyOf(bodies["application/json"], random, value);
  }
  if (random.happens(0.15)) headers[random.one(ODD_HEADERS)] = random.one(HEADER_TEXTS);
  if (types.includes("multipart/form-data") && random.happens(0.3)) {
    headers["content-type"] = random.one(["multipart/form-data", "multipart/form-data; boundary=b"]);
    body = random.one([
      '--b\r\ncontent-disposition: form-data; name="purpose"\r\n\r\nbatch\r\n--b--\r\n',
      '--b\r\ncontent-disposition: form-data; name="purpose"\r\n\r\nbatch\r\n--b\r\ncontent-disposition: form-data; name="file"; filename="../../x"\r\n\r\n{}\r\n--b--\r\n',
      "--b",
      "",
    ]);
  }
  const search = query.size > 0 ? `?${query}` : "";
  const init = { method, headers, ...(body === undefined ? {} : { body }) };
  return { operation, url: `${path}${search}`, init, reaches };
}

function bodyOf(schema: Schema | undefined, random: Chance, value: (schema: Schema) => unknown): string {
  const kind = random.number();
  if (schema === undefined || kind < 0.06) {
    return random.one(["", "{", "[]", "null", '"x"', "{}", '{"a":1,"a":2}', "\ufeff{}", "\u0000"]);
  }
  let body = value(schema);
  const changes = kind < 0.5 ? 0 : 1 + random.below(3);
  for (let change = 0; change < changes; change++) body = mutated(body, random);
  if (kind > 0.98) body = oddValue(random);
  return JSON.stringify(body) ?? "undefined";
}
