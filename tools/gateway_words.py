"""Each fault in one line for people, with the setting to change."""

from __future__ import annotations

from .gateway_errors import ContextTooSmall, ModelSetupError
from .model_settings import RoleModel
from .model_wire import Fault, FaultKind

__all__ = ["lost", "setup_error"]


def setup_error(fault: Fault, model: RoleModel) -> ModelSetupError:
    """Nothing ever worked there: say what to set."""
    place, end = model.endpoint.host, model.endpoint
    said = _said(fault)
    if fault.kind is FaultKind.CONTEXT:
        return ContextTooSmall(
            f"a request is longer than the context of {model.model} at {place} ({said}); "
            f"set {model.model_setting} to a model with a longer context"
        )
    lines = {
        FaultKind.KEY: f"{place} refuses the key ({said}); set {end.key_setting} to a valid one"
        if end.key
        else f"{place} wants a key ({said}); set {end.key_setting}",
        FaultKind.QUOTA: f"the credit at {place} is used up ({said}); top it up, or set {end.key_setting} to another key",
        FaultKind.MODEL: f"{place} has no model {model.model!r} ({said}); set {model.model_setting}",
        FaultKind.DNS: f"there is no host {place}; check {end.url_setting}",
        FaultKind.TLS: f"no secure connection to {place} ({said}); check {end.url_setting}, "
        f"or name your own certificate authority with SSL_CERT_FILE",
        FaultKind.UNREACHABLE: f"cannot reach {place} ({said}); start the server there, or change {end.url_setting}",
        FaultKind.NOT_API: f"{place} does not answer like a chat completions API ({said}); check {end.url_setting}, "
        f"which mostly ends in /v1",
        FaultKind.RATE: f"{place} takes no more requests now ({said}{_asks(fault)}); wait, "
        f"or set {end.key_setting} to a key with a higher limit",
        FaultKind.TIMEOUT: f"{place} does not answer in time; set ASSIGNEE_MODEL_TIMEOUT to more seconds, "
        f"or change {end.url_setting}",
        FaultKind.SERVER: f"{place} fails ({said}); try again later, or change {end.url_setting}",
        FaultKind.CUT: f"{place} breaks the connection off; try again later, or change {end.url_setting}",
    }
    refused = f"{place} refuses the request ({said}); set {model.model_setting} to a model that takes it"
    return ModelSetupError(lines.get(fault.kind, refused))


def lost(fault: Fault, model: RoleModel) -> str:
    """It worked before: say what happened and that the run can go on later."""
    place = model.endpoint.host
    said = _said(fault)
    what = {
        FaultKind.KEY: "no longer takes the key",
        FaultKind.QUOTA: "says that the credit is used up",
        FaultKind.MODEL: f"no longer has the model {model.model!r}",
        FaultKind.UNREACHABLE: "cannot be reached any more",
        FaultKind.RATE: "takes no more requests now",
        FaultKind.TIMEOUT: "no longer answers in time",
        FaultKind.CUT: "keeps breaking the connection off",
    }.get(fault.kind, "keeps failing")
    return f"{place} {what} ({said}{_asks(fault)}); run the same command again later to go on"


def _said(fault: Fault) -> str:
    return ": ".join(str(part) for part in (fault.status, fault.text) if part)


def _asks(fault: Fault) -> str:
    return f", asks to wait {fault.wait:.0f} s" if fault.wait else ""
