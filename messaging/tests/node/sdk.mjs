// Reads events with the SDK of CloudEvents, says what it has understood, and writes them again: `node sdk.mjs`.
// The question and the answer are JSON, on standard input and output; bodies are in Base64.

import { readFileSync } from "node:fs";
import { CloudEvent, HTTP } from "cloudevents";

const STRUCTURED = { "content-type": "application/cloudevents+json" };
const BATCH = { "content-type": "application/cloudevents-batch+json" };

const isBytes = (data) => ArrayBuffer.isView(data);
// The SDK keeps each byte in an element of its own, whatever the width of that.
const encoded = (bytes) => Buffer.from(Array.from(bytes)).toString("base64");

/** As a server hands over the body: text where it is text, otherwise bytes. */
function fromHttp({ headers, content_type, body }) {
  const bytes = Buffer.from(body, "base64");
  const isText = /json|text/.test(content_type ?? "");
  const named = Object.fromEntries(headers);
  if (content_type !== null) named["content-type"] = content_type;
  return HTTP.toEvent({ headers: named, body: isText ? bytes.toString() : bytes.length > 0 ? bytes : undefined });
}

/** As a client sends it. */
function toHttp(event) {
  const { headers, body } = HTTP.binary(event);
  const { "content-type": content_type = null, ...others } = headers;
  const bytes = isBytes(body) ? encoded(body) : Buffer.from(body ?? "").toString("base64");
  return { headers: Object.entries(others).map(([name, value]) => [name, String(value)]), content_type, body: bytes };
}

function understood(event) {
  const { data = null, data_base64, ...attributes } = event;
  return { attributes, data: isBytes(data) ? { base64: encoded(data) } : data };
}

const answer = (event) =>
  ({ understood: understood(event), structured: HTTP.structured(event).body, binary: { Http: toHttp(event) } });

function make({ attributes, data }) {
  const isBase64 = data !== null && typeof data === "object" && Object.keys(data).join() === "base64";
  return new CloudEvent({ ...attributes, data: isBase64 ? new Uint8Array(Buffer.from(data.base64, "base64")) : data ?? undefined });
}

const asked = JSON.parse(readFileSync(0, "utf8"));
const batch = HTTP.toEvent({ headers: BATCH, body: asked.batch });
process.stdout.write(JSON.stringify({
  structured: asked.structured.map((body) => answer(HTTP.toEvent({ headers: STRUCTURED, body }))),
  Http: asked.Http.map((message) => answer(fromHttp(message))),
  batch: batch.map(answer),
  written_batch: JSON.stringify(batch),
  made: asked.make.map((given) => answer(make(given))),
}));
