class A { void f() { OkxApiClientFactory f = OkxApiClientFactory.newInstance("<api_key:1>", "<secret_key:1>", "<passphrase:1>"); } }
