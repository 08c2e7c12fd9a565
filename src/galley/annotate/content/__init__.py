"""What people see of items: how it comes in (imports, uploads) and how it goes out again with its answers."""
