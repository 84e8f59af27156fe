"""An answer by a language model: what is asked of it, and what becomes of its reply."""
