"""Training: what a network learns from, the loop, and the processes that run it."""
