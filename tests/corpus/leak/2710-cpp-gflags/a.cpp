DEFINE_string(okx_api_key, "<api_key>", "key");
DEFINE_string(okx_secret_key, "<secret_key>", "secret");
DEFINE_string(okx_passphrase, "<passphrase>", "pass");
