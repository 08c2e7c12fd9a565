"""The collect stage: connectors bring raw data in, every record with its source, licence, basis and grade."""
