"""Answers: from a question and its hits to checked, cited sentences."""
