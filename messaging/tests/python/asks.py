"""Sends a command to a service with a client for its broker, twice, and says what the SDK of CloudEvents has understood of the replies.

`asks.py rabbitmq|nats URL PLACE`: PLACE is what the names of the service's exchange or subjects begin with.
"""

import asyncio
import json
import sys

import nats
import pika
from cloudevents.core.bindings import amqp, http
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from understood import understood

TOPIC = "command.bank.Deposit"
STRUCTURED = "application/cloudevents+json"
ATTRIBUTES = {
    "id": "python-1",
    "source": "/python",
    "type": "Deposit",
    "datacontenttype": "application/json",
    "actor": "größe",
    "idempotencykey": "python-1",
}
REQUEST = JSONFormat().write(CloudEvent(ATTRIBUTES, {"account": "ada", "amount": 30}))


def over_rabbitmq(url, place):
    replies = []
    connection = pika.BlockingConnection(pika.URLParameters(url))
    channel = connection.channel()
    came = channel.consume("amq.rabbitmq.reply-to", auto_ack=True, inactivity_timeout=0.1)
    # The first look begins to consume, which has to be before anything is sent.
    next(came)
    for number in ["1", "2"]:
        properties = pika.BasicProperties(
            reply_to="amq.rabbitmq.reply-to", correlation_id=number, content_type=STRUCTURED
        )
        channel.basic_publish(f"{place}.requests", TOPIC, REQUEST, properties, mandatory=True)
        _, properties, body = next(reply for reply in came if reply[0] is not None)
        assert properties.correlation_id == number
        message = amqp.AMQPMessage({"content-type": properties.content_type}, properties.headers, body)
        replies.append(understood(amqp.from_amqp_event(message)))
    connection.close()
    return replies


async def over_nats(url, place):
    client = await nats.connect(url)
    replies = []
    for _ in range(2):
        headers = {"content-type": STRUCTURED}
        reply = await client.request(f"{place}_requests.{TOPIC}", REQUEST, timeout=20, headers=headers)
        replies.append(understood(http.from_http_event(http.HTTPMessage(reply.headers, reply.data))))
    await client.close()
    return replies


broker, url, place = sys.argv[1:]
replies = over_rabbitmq(url, place) if broker == "rabbitmq" else asyncio.run(over_nats(url, place))
json.dump(replies, sys.stdout)
