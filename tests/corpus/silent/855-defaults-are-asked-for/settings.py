class OkxSettings(BaseSettings):
    api_key: SecretStr = SecretStr("your-okx-api-key")
    secret_key: SecretStr = SecretStr("changeme")
    passphrase: SecretStr = SecretStr("your-passphrase")
    okx_passphrase: str = Field(default="OKX_PASSPHRASE", description="name of the variable")
