struct OkxKeys {
    let apiKey = #"<api_key>"#
    let secretKey = ##"<secret_key>"##
    let passphrase = #"<passphrase>"#
}
