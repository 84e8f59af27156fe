"""What is counted, without a model: each figure with its n and its interval. Pure."""
