"""Models that judge answers. What they say carries their name and the day, and is never mixed with what is counted."""
