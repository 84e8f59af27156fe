"""Who may come in, how much each may bring, and how often."""
