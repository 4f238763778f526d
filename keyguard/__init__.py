"""keyguard finds leaked OKX credentials in files and joins their parts."""

__version__ = "0.1.0"
