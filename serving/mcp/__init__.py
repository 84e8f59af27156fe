"""The library for assistants, by the Model Context Protocol."""
