"""The library over HTTP: search, and articles that come and go."""
