class A { void f() { OkxApiCallback f = new OkxApiClient("<api_key:1>", "<secret_key:1>", "<passphrase:1>"); } }
