"""Is it so? Sentences held against the passages they cite, and quotes found in them."""
