"""Reads messages from a broker with a client for it, and events from them with the SDK of CloudEvents; says what it has understood.

`reader.py rabbitmq|nats|mqtt URL PLACE COUNT`: prints `ready` once it listens, and when COUNT messages have come, what they are, as
JSON. PLACE is the exchange, the stream, or what topics begin with.
"""

import asyncio
import json
import sys
import urllib.parse

import nats
import paho.mqtt.client as mqtt
import pika
from cloudevents.core.bindings import amqp, http, rabbitmq
from paho.mqtt.enums import CallbackAPIVersion
from understood import understood


def ready():
    print("ready", flush=True)


def from_rabbitmq(url, exchange, count):
    read = []
    connection = pika.BlockingConnection(pika.URLParameters(url))
    channel = connection.channel()
    queue = channel.queue_declare("", exclusive=True).method.queue
    channel.queue_bind(queue, exchange, "order.*.Paid")
    messages = channel.consume(queue, auto_ack=True)
    ready()
    while len(read) < count:
        method, properties, body = next(messages)
        message = amqp.AMQPMessage({"content-type": properties.content_type}, properties.headers, body)
        read.append({"topic": method.routing_key, **understood(amqp.from_amqp_event(message))})
    connection.close()
    return read


async def from_nats(url, stream, count):
    read = []
    client = await nats.connect(url)
    messages = await client.jetstream().pull_subscribe(f"{stream}.order.*.Paid", stream=stream)
    ready()
    while len(read) < count:
        for message in await messages.fetch(count - len(read), timeout=60):
            # The binding for NATS has the headers of that for HTTP, and no other content type.
            event = http.from_http_event(http.HTTPMessage(message.headers, message.data))
            read.append({"topic": message.subject, **understood(event)})
            await message.ack()
    await client.close()
    return read


def from_mqtt(url, prefix, count):
    read = []
    address = urllib.parse.urlsplit(url)
    client = mqtt.Client(CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv5)

    def on_message(client, _, message):
        properties = message.properties
        # The binding for MQTT has the attributes as they are. The SDK has none for it, and one with a prefix and text.
        headers = {f"ce-{name}": value for name, value in properties.UserProperty}
        message_read = rabbitmq.RabbitMQMessage(headers, properties.ContentType, message.payload)
        event = rabbitmq.from_rabbitmq_event(message_read)
        read.append({"topic": message.topic, **understood(event)})
        if len(read) == count:
            client.disconnect()

    client.on_message = on_message
    client.on_connect = lambda client, *_: client.subscribe(f"{prefix}/order/+/Paid", qos=1)
    client.on_subscribe = lambda *_: ready()
    client.connect(address.hostname, address.port)
    client.loop_forever()
    return read


broker, url, place, count = sys.argv[1:]
read = {
    "rabbitmq": from_rabbitmq,
    "nats": lambda *of: asyncio.run(from_nats(*of)),
    "mqtt": from_mqtt,
}[broker](url, place, int(count))
json.dump(read, sys.stdout)
