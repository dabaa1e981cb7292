// Reads an AsyncAPI document from standard input, and prints what the parser of AsyncAPI finds in it.
import { Parser } from "@asyncapi/parser";
import { text } from "node:stream/consumers";

const { document, diagnostics } = await new Parser().parse(await text(process.stdin));
const faults = diagnostics.filter(({ severity }) => severity <= 1).map(({ message, path, severity }) => ({ message, path, severity }));
const channels = document?.channels().all().map((channel) => ({
  address: channel.address(),
  messages: channel.messages().all().map((message) => ({ name: message.name(), payload: message.payload()?.json() })),
}));
console.log(JSON.stringify({ faults, version: document?.version(), channels: channels ?? [] }));
