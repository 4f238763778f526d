class OkxSettings(BaseSettings):
    api_key: SecretStr = SecretStr("<api_key>")
    secret_key: SecretStr | None = SecretStr("<secret_key>")
    passphrase: Optional[SecretStr] = SecretStr("<passphrase>")
    timeout: float = 10.0
