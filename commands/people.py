"""`vouch user`: the people who may log in to the page."""

from __future__ import annotations

import sys
from argparse import Namespace
from getpass import getpass

from commands.session import config_of
from ingest.errors import VouchError

SHORTEST = 8  # characters; NIST SP 800-63B allows no fewer
LONGEST = 1024  # characters; what the log-in page reads


def user(options: Namespace) -> int:
    """Add a person, or give one a new password."""
    from web.people.entrance import users_file
    from web.people.users import check_name, keep

    check_name(options.person)  # before anybody types a password twice
    config = config_of(options)
    path = users_file(config.ui, config.folder)
    was_there = keep(path, options.person, _password())
    print(f"{options.person} has a new password in {path}" if was_there else f"{options.person} added to {path}")
    if not config.ui.auth:
        print(f'the page does not ask for it yet: set auth = "{path.name}" under [ui] in config.toml', file=sys.stderr)
    return 0


def _password() -> str:
    """Typed twice without showing it; or the first line of what is piped in."""
    if sys.stdin.isatty():
        password = getpass("Password: ")
        if password and getpass("The same again: ") != password:
            raise VouchError("the two passwords differ", hint="run the command again")
    else:
        password = sys.stdin.readline().rstrip("\r\n")
    if not SHORTEST <= len(password) <= LONGEST:
        raise VouchError("that password cannot be used", hint=f"choose one of {SHORTEST} to {LONGEST:,} characters")
    return password
