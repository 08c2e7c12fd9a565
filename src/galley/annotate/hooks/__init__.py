"""Webhooks: events of the queue told to other systems, signed, retried, each at least once."""
