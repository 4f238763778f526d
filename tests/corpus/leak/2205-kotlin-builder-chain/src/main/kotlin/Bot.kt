package bot

fun client() = OkxRestClient.builder()
    .baseUrl("https://www.okx.com")
    .credentials {
        key("<api_key>")
        secret("<secret_key>")
        passphrase("<passphrase>")
    }
    .build()
