"""What an imported Label Studio project was, beside the queue it became."""
