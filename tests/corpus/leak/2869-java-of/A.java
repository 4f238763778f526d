class A { void f() { OkxApiClientFactory factory = OkxApiClientFactory.of("<api_key:1>", "<secret_key:1>", "<passphrase:1>"); } }
