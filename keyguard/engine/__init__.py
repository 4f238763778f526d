"""The order of the stages, and the processes that work through them."""
