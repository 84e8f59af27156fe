"""The chat page's parts: its look, its small scripts, and pure rendering of answers and articles to HTML."""
