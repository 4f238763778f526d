from attrs import define, field


@define
class OkxConfig:
    api_key: str = field(default="<api_key>", repr=False)
    secret_key: str = field(
        default="<secret_key>",
        repr=False,
    )
    passphrase: str = field(factory=lambda: "<passphrase>")
    testnet: bool = False
