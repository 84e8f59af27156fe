"""What English text says, made comparable: words, names, numbers, dates, who says it, what a question asks for."""
