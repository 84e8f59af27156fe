"""The way to a language model and back: requests, streams, faults, and what a question may cost."""
