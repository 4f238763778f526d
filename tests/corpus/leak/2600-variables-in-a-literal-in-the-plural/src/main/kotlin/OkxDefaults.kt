val props = """
okx.api-key=<api_key>
okx.secret-key=<secret_key>
okx.passphrase=<passphrase>
"""
