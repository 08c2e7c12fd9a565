"""What goes over the wire: msgspec structs of requests and answers, one module a subject."""
