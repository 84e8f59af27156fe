"""Articles kept and found: the library, and the searches over it."""
