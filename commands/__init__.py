"""What each command of `vouch` does; cli.py says what there is to ask for."""
