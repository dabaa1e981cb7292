"""What the SDK of CloudEvents has understood of an event, as JSON."""

import base64
import datetime


def encoded(body):
    return base64.b64encode(body).decode()


def understood(event):
    attributes = dict(event.get_attributes())
    for name, value in attributes.items():
        if isinstance(value, datetime.datetime):
            attributes[name] = value.isoformat()
    data = event.get_data()
    is_bytes = isinstance(data, (bytes, bytearray))
    return {"attributes": attributes, "data": {"base64": encoded(data)} if is_bytes else data}
