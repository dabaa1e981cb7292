// Verifies messages with the library of Standard Webhooks, and signs messages: `node webhook.mjs`.
// The question and the answer are JSON, on standard input and output.

import { readFileSync } from "node:fs";
import { Webhook } from "standardwebhooks";

function verified({ secret, headers, body }) {
  try {
    return new Webhook(secret).verify(body, headers);
  } catch (error) {
    return { error: error.message };
  }
}

const signed = ({ secret, id, time, body }) => new Webhook(secret).sign(id, new Date(time * 1000), body);

const asked = JSON.parse(readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify({ verified: asked.verify.map(verified), signed: asked.sign.map(signed) }));
