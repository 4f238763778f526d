class Settings:
    defaults = """
        export OKX_API_KEY=<api_key>
        export OKX_API_SECRET=<secret_key>
        export OKX_API_PASSPHRASE=<passphrase>
    """
