"""Which door the settings ask for, and whether they leave the page open to strangers."""

from __future__ import annotations

from pathlib import Path

from ingest.errors import ConfigError
from qa.config import UiConfig
from web.people.browsers import Browsers
from web.people.door import Door
from web.people.login import Login
from web.people.proxy import ByProxy, networks, within
from web.people.users import Users

USERS = "users.txt"  # what `vouch user` writes while no file is named


def open_door(config: UiConfig, folder: str | Path = ".") -> Door:
    """The door of these settings; `folder` is that of config.toml. Raises a ConfigError that says what to mend."""
    networks(config.trusted_proxies)
    if config.auth and config.user_header:
        message = f'[ui] auth = "{config.auth}" and user_header = "{config.user_header}" are both set'
        raise ConfigError(message, hint="empty one of them: people log in here, or at the proxy")
    if config.auth:
        return Login(Users(users_file(config, folder)))
    if config.user_header:
        return ByProxy(config.user_header, config.trusted_proxies)
    return Browsers()


def users_file(config: UiConfig, folder: str | Path = ".") -> Path:
    """The file of users, absolute."""
    return (Path(folder) / Path(config.auth or USERS).expanduser()).absolute()


def warning(config: UiConfig) -> str:
    """What to tell whoever starts the page, if others can reach it and none of them logs in; else "".

    >>> warning(UiConfig())
    ''
    """
    if config.auth or config.user_header or config.host == "localhost" or within(config.host, networks([])):
        return ""
    return (
        f"anybody who can reach {config.host} may read and ask without logging in; "
        'set auth = "users.txt" under [ui] in config.toml and run: vouch user NAME'
    )
