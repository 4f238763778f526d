okx_sha = "<hex32><hex32:2>"
OKX_BUILD = bytes.fromhex("<hex32>")
icon = bytes.fromhex("«random120 hex|»")
