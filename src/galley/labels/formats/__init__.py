"""Readers of other tools' label files, and the conversions both readers and exporters use."""
