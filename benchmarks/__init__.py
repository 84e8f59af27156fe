"""What Vouch does, measured: each module is one command, its last line one JSON object."""
