"""Who calls: the token of a registered client, its keys, and that each token serves once. Knows nothing of Flask."""
