"""What people say about answers: comments anchored to a region or a span, reasons of returned work."""
