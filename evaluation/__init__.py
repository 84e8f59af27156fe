"""Questions in, answers out, and scores of them. The judges stand apart from what is counted."""
