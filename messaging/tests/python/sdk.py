"""Reads events with the SDK of CloudEvents, says what it has understood, and writes them again.

The question and the answer are JSON, on standard input and output; bodies are in Base64.
"""

import base64
import datetime
import json
import sys

from cloudevents.core.bindings import http, kafka
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from understood import encoded, understood

FORMAT = JSONFormat()


def from_http(message):
    headers = dict(message["headers"])
    if message["content_type"] is not None:
        headers["content-type"] = message["content_type"]
    return http.from_http_event(http.HTTPMessage(headers, base64.b64decode(message["body"])))


def from_kafka(message):
    headers = {name: value.encode() for name, value in message["headers"]}
    if message["content_type"] is not None:
        headers["content-type"] = message["content_type"].encode()
    return kafka.from_kafka_event(kafka.KafkaMessage(headers, None, base64.b64decode(message["body"])))


def message(headers, body):
    headers = dict(headers)
    content_type = headers.pop("content-type", None)
    return {"headers": list(headers.items()), "content_type": content_type, "body": encoded(body)}


def to_http(event):
    written = http.to_binary_event(event)
    return message(written.headers, written.body)


def to_kafka(event):
    written = kafka.to_binary_event(event)
    headers = {name: value.decode() for name, value in written.headers.items()}
    return message(headers, written.value)


def answer(event):
    return {
        "understood": understood(event),
        "structured": FORMAT.write(event).decode(),
        "binary": {"Http": to_http(event), "Kafka": to_kafka(event)},
    }


def make(given):
    attributes = given["attributes"]
    if "time" in attributes:
        attributes["time"] = datetime.datetime.fromisoformat(attributes["time"].replace("Z", "+00:00"))
    data = given["data"]
    if isinstance(data, dict) and list(data) == ["base64"]:
        data = base64.b64decode(data["base64"])
    return CloudEvent(attributes, data)


asked = json.load(sys.stdin)
batch = [FORMAT.read(None, json.dumps(event)) for event in json.loads(asked["batch"])]
json.dump(
    {
        "structured": [answer(FORMAT.read(None, event)) for event in asked["structured"]],
        "Http": [answer(from_http(event)) for event in asked["Http"]],
        "Kafka": [answer(from_kafka(event)) for event in asked["Kafka"]],
        "batch": [answer(event) for event in batch],
        "written_batch": "[" + ",".join(FORMAT.write(event).decode() for event in batch) + "]",
        "made": [answer(make(event)) for event in asked["make"]],
    },
    sys.stdout,
)
