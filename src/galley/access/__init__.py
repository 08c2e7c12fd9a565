"""Access: who may. Actors and the one decision function arrive with the server."""
