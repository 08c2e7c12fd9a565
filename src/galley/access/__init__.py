"""Access: who may. People, organisations, roles, sessions, tokens, clients' rules, links, and the audit of all that."""
