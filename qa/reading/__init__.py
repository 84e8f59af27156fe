"""An answer from what was found without a language model: sentences weighed, read, quoted, set against each other."""
