"""What can go wrong, and whose turn it is.

    AssigneeError
    ├── UserError        you asked for something that cannot be done; nothing was written (exit 2)
    │   └── LibraryError     the library given cannot be read
    └── RunError         the run itself failed (exit 1)
        └── RunLocked        another process is working on the same run

A message is one line that says what to do next.
"""

from __future__ import annotations

__all__ = ["AssigneeError", "LibraryError", "RunError", "RunLocked", "UserError"]


class AssigneeError(Exception):
    """Base of all errors raised on purpose. `exit_code` is what the command line ends with."""

    exit_code = 1


class UserError(AssigneeError):
    """The request cannot be carried out as given. Exit code 2."""

    exit_code = 2


class LibraryError(UserError):
    """No document of the library could be read, or it is not there. Exit code 2."""


class RunError(AssigneeError):
    """The run failed. Exit code 1; what it found is kept."""


class RunLocked(RunError):
    """Another process is working on the same run. Exit code 1."""
