//! The exchange format of logs: one JSON object a line, one line an event.
