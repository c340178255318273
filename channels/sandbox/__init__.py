"""A stand-in for SendGrid and Twilio: it checks requests as they do, answers as they do, and calls back as they do.

`create_sandbox(SandboxConfig(...))` gives an ASGI application for uvicorn; `Sandbox` is the same without HTTP, for who
steers it from inside one process. The real SDKs talk to it: `sandbox` and `live` differ in a URL and in keys.
"""

from channels.sandbox.app import SandboxApp, create_sandbox
from channels.sandbox.callbacks import Post
from channels.sandbox.config import (
    SENDGRID_API_KEY,
    TWILIO_ACCOUNT_SID,
    TWILIO_AUTH_TOKEN,
    SandboxConfig,
    sandbox_keys,
)
from channels.sandbox.core import Sandbox
from channels.sandbox.faults import FaultKind
from channels.sandbox.store import SandboxOutcome, StoredMessage

__all__ = [
    "SENDGRID_API_KEY",
    "TWILIO_ACCOUNT_SID",
    "TWILIO_AUTH_TOKEN",
    "FaultKind",
    "Post",
    "Sandbox",
    "SandboxApp",
    "SandboxConfig",
    "SandboxOutcome",
    "StoredMessage",
    "create_sandbox",
    "sandbox_keys",
]
