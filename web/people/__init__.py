"""Who is at the page: persons, log-in, passwords."""
