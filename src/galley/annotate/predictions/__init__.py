"""What models think of items, shown to people as a start; never an answer by itself."""
