"""Question files of others, one file each: bytes in a known shape to questions. Pure."""
