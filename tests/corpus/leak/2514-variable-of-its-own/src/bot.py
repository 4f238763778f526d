from types import SimpleNamespace

okx = SimpleNamespace(api_key="<api_key>", secret_key="<secret_key>")
