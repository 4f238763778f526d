"""OKX: its facts, and how a credential of it is checked."""

from keyguard.providers import Given, Provider
from keyguard.providers.okx import facts

PROVIDER = Provider(
    id="okx",
    title="OKX",
    verifier="keyguard.verify.okx",
    sites=tuple(facts.SITES.values()),
    parts=(
        Given("api_key", ("OKX_API_KEY",), shown=4),
        Given("secret_key", ("OKX_SECRET_KEY", "OKX_API_SECRET", "OKX_API_SECRET_KEY")),
        Given("passphrase", ("OKX_PASSPHRASE", "OKX_API_PASSPHRASE"), chosen=True),
    ),
)
