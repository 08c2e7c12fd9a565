"""The hot path: claims and answers of many people, together in few statements and one durable commit."""
