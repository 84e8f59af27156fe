"""The process that holds the library, and what others ask of it over the loopback."""
