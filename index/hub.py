"""The Hugging Face hub: the models that its cache on this machine holds, and the one place in Vouch that downloads."""

from __future__ import annotations

import errno
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from ingest.errors import VouchError

if TYPE_CHECKING:
    from huggingface_hub.file_download import DryRunFileInfo

HUB_NAME = re.compile(r"\w[\w.-]*(/\w[\w.-]*)?")  # OWNER/MODEL; a folder may be called so too
SETTINGS = ["*.json", "*.txt", "*.model"]  # of the model and its tokenizer, in any of the forms they have
SAFE, PICKLED = [*SETTINGS, "*.safetensors"], [*SETTINGS, "*.bin"]  # the second only where there is none of the first
FORMS = (SAFE, PICKLED)
OTHERS = ["onnx/*", "openvino/*", "coreml/*", "gguf/*"]  # the same model for programs that we do not use
WEIGHTS = (".safetensors", ".bin")
SPARE_BYTES = 100_000_000  # left free on the disk
ELSEWHERE = "or download it on another machine, and name its folder"


class FetchError(VouchError):
    """A model that could not be downloaded; what was is kept, and the next attempt goes on from there."""


def cached(name: str) -> Path | None:
    """The folder of a model in the hub's cache on this machine; None where it is not there whole."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    for form in FORMS:
        try:
            folder = snapshot_download(name, local_files_only=True, allow_patterns=form, ignore_patterns=OTHERS)
        except (LocalEntryNotFoundError, HFValidationError):
            continue
        if any(path.suffix in WEIGHTS for path in Path(folder).rglob("*")):
            return Path(folder)
    return None


def download(name: str, *, progress: bool = False) -> Path:
    """Fetch what a model needs from the hub into its cache on this machine; the folder there.

    `progress` shows bars on stderr. FetchError where the hub cannot be reached or does not know the name, and where
    there is no room.
    """
    from huggingface_hub import snapshot_download
    from huggingface_hub.utils.tqdm import disable_progress_bars, enable_progress_bars

    disable_progress_bars()
    with _in_words(name):
        form, files = _listed(name)
        missing = sum(file.file_size or 0 for file in files if file.will_download)
        _check_room(name, missing)
        if progress:
            enable_progress_bars()
        return Path(snapshot_download(name, allow_patterns=form, ignore_patterns=OTHERS))


def _listed(name: str) -> tuple[list[str], Sequence[DryRunFileInfo]]:
    """The form in which the hub has the model's weights, the safe one first, and its files."""
    from huggingface_hub import snapshot_download

    for form in FORMS:
        files = snapshot_download(name, allow_patterns=form, ignore_patterns=OTHERS, dry_run=True)
        if any(file.filename.endswith(WEIGHTS) for file in files):
            return form, files
    raise FetchError(f"{name} has no weights that PyTorch reads", hint="name another model")


def _check_room(name: str, size: int) -> None:
    from huggingface_hub.constants import HF_HUB_CACHE

    cache = Path(HF_HUB_CACHE).expanduser()
    there = next(folder for folder in (cache, *cache.resolve().parents) if folder.is_dir())
    free = shutil.disk_usage(there).free
    if size + SPARE_BYTES > free:
        raise FetchError(
            f"{name} needs {size / 1e6:,.0f} MB, and {there} has {free / 1e6:,.0f} MB free",
            hint="make room there, or let HF_HOME name a folder on another disk",
        )


@contextmanager
def _in_words(name: str) -> Iterator[None]:
    """What the hub's client raises, in words."""
    from huggingface_hub.errors import DryRunError, HFValidationError, LocalEntryNotFoundError
    from huggingface_hub.errors import HTTPError as ClientError  # type: ignore[attr-defined]  # its client's

    try:
        yield
    except HFValidationError as exc:
        raise FetchError(f"{name!r} is no name of the hub", hint="a name there is OWNER/MODEL") from exc
    except (DryRunError, LocalEntryNotFoundError) as exc:  # both hide what happened
        _fail(name, exc.__cause__ or exc)
    except (ClientError, OSError) as exc:
        _fail(name, exc)


def _fail(name: str, cause: BaseException) -> NoReturn:
    from huggingface_hub.constants import ENDPOINT
    from huggingface_hub.errors import GatedRepoError, HfHubHTTPError, OfflineModeIsEnabled, RepositoryNotFoundError

    if isinstance(cause, OfflineModeIsEnabled):
        message, hint = "HF_HUB_OFFLINE is set, which forbids all downloads", f"unset it, {ELSEWHERE}"
    elif isinstance(cause, GatedRepoError):
        message, hint = f"{name} is given only to who asks its authors for it", "ask on its page, then: hf auth login"
    elif isinstance(cause, RepositoryNotFoundError):
        message, hint = f"{ENDPOINT} knows no model {name}", "check the name; for a private one: hf auth login"
    elif isinstance(cause, HfHubHTTPError):
        message, hint = f"{ENDPOINT} answered with {cause.response.status_code} for {name}", "try again later"
    elif isinstance(cause, OSError) and cause.errno == errno.ENOSPC:
        message, hint = f"the disk became full while {name} was fetched", "make room, and run this again"
    elif isinstance(cause, OSError) and cause.filename:
        message, hint = f"{cause.filename}: {cause.strerror}", "let HF_HOME name a folder that can be written"
    else:
        message, hint = f"{ENDPOINT} cannot be reached: {cause}", f"check the network and run this again, {ELSEWHERE}"
    raise FetchError(message, hint=hint) from cause
