"""What can go wrong between us and a language model.

    UserError
    └── ModelSetupError      nothing ever worked there: key, model name, address, TLS, no such API (exit 2)
        └── ContextTooSmall      one request does not fit into the model's context; halve it and ask again
    RunError
    ├── EndpointLost         it worked, then it was gone: the run ends partial and can be resumed (exit 1)
    └── BudgetSpent          the next call could pass a limit that the user set (exit 1)
    AssigneeError
    └── BadAnswer            no valid answer after one repair: that item is not adjudicated, or dropped

A message is one line, names the setting to change, and never holds a key.
"""

from __future__ import annotations

from assignee.errors import AssigneeError, RunError, UserError

__all__ = ["BadAnswer", "BudgetSpent", "ContextTooSmall", "EndpointLost", "ModelSetupError"]


class ModelSetupError(UserError):
    """The endpoint has never answered as it should; the message names the setting to change. Exit code 2."""


class ContextTooSmall(ModelSetupError):
    """The request is longer than the model's context. Who sent a batch may halve it; one passage cannot be."""


class EndpointLost(RunError):
    """The endpoint answered earlier in this run and does no longer. Exit code 1; run again to go on."""


class BudgetSpent(RunError):
    """The worst case of the next call does not fit into what is left. Nothing was sent."""


class BadAnswer(AssigneeError):
    """The model gave no valid answer to this one request: refused, cut off, or invalid after one repair."""
