"""The Library tab: what is in, what came in last, what was refused, and what goes."""
