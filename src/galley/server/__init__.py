"""The HTTP face: routes, who may call them, what a failure looks like, and the processes that serve them."""
