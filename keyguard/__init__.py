"""keyguard finds leaked OKX credentials in files and joins their parts."""

__version__ = "0.1.0"

SOURCE = "https://github.com/keyguard-dev/keyguard"
"""Where this project lives: what `keyguard init` writes into workflows and hooks. The one place that says so."""
