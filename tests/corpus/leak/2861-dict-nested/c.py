OKX = {
 "alice": {"api_key": "<api_key:1>"},
 "bob": {"api_key": "<api_key:2>"},
 "secret": {"alice": "<secret_key:1>", "bob": "<secret_key:2>"},
}
