"""Git, asked through plumbing commands that run nothing of a repository's own: calls, streams, objects, hooks."""
