"""Articles in: files become articles, articles become passages with exact offsets."""
