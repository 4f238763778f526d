fn main() {
    let client = OkxClient::new(
        SecretString::from("<api_key>"),
        SecretString::from("<secret_key>"),
        SecretString::from("<passphrase>"),
    );
    client.run();
}
