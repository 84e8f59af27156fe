"""One file per format: bytes in, text and what the file says of itself out. Pure."""
