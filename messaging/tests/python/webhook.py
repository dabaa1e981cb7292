"""Verifies messages with the library of Standard Webhooks, and signs messages.

The question and the answer are JSON, on standard input and output.
"""

import datetime
import json
import sys

from standardwebhooks.webhooks import Webhook, WebhookVerificationError


def verified(message):
    try:
        return Webhook(message["secret"]).verify(message["body"], message["headers"])
    except WebhookVerificationError as error:
        return {"error": str(error)}


def signed(message):
    time = datetime.datetime.fromtimestamp(message["time"], datetime.timezone.utc)
    return Webhook(message["secret"]).sign(message["id"], time, message["body"])


asked = json.load(sys.stdin)
json.dump(
    {
        "verified": [verified(message) for message in asked["verify"]],
        "signed": [signed(message) for message in asked["sign"]],
    },
    sys.stdout,
)
