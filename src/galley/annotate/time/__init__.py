"""Active time and work accounting: how long people worked, by a published rule, and one row for each thing they did."""
