class Okx {
    String sign() {
        String apiKey = "<api_key|head>";
        apiKey += "<api_key|tail|head>";
        apiKey += "<api_key|tail|tail>";
        String secretKey = "<secret_key|head|head>";
        secretKey += "<secret_key|head|tail>";
        secretKey += "<secret_key|tail|head>";
        secretKey += "<secret_key|tail|tail>";
        String passphrase = "<passphrase|head>";
        passphrase += "<passphrase|tail|head>";
        passphrase += "<passphrase|tail|tail>";
        return okx(apiKey, secretKey, passphrase);
    }
}
