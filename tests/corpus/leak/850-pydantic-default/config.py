from pydantic import Field
from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    okx_api_key: str = Field(default="<api_key>", alias="OKX_API_KEY")
    okx_secret_key: str = Field(default="<secret_key>", alias="OKX_SECRET_KEY")
    okx_passphrase: str = Field(default="<passphrase>", alias="OKX_PASSPHRASE")
    okx_sandbox: bool = Field(default=False, alias="OKX_SANDBOX")
