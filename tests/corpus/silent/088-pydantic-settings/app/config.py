from pydantic import BaseModel, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class OkxCredentials(BaseModel):
    api_key: str = Field(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")
    secret_key: SecretStr = Field(min_length=32, max_length=32)
    passphrase: SecretStr = Field(description="Passphrase set on creation", min_length=6)


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="OKX_", env_nested_delimiter="__", env_file=".env", secrets_dir="/run/secrets")

    api_key: SecretStr
    secret_key: SecretStr
    passphrase: SecretStr = SecretStr("")
    sub: OkxCredentials | None = None
    flag: str = "1"
    base_url: str = "https://www.okx.com"

    def masked(self) -> dict[str, str]:
        return {"api_key": "**********", "secret_key": "**********", "passphrase": "**********"}
