from dataclasses import dataclass


@dataclass(frozen=True)
class OkxCredentials:
    access_key: str = "<api_key>"
    secret: str = "<secret_key>"
    pass_phrase: str = "<passphrase>"
    simulated: bool = True

    def headers(self, sign: str, ts: str) -> dict:
        h = {
            "OK-ACCESS-KEY": self.access_key,
            "OK-ACCESS-SIGN": sign,
            "OK-ACCESS-TIMESTAMP": ts,
            "OK-ACCESS-PASSPHRASE": self.pass_phrase,
        }
        if self.simulated:
            h["x-simulated-trading"] = "1"
        return h
