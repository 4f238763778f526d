var okx = new OKXApiCredentials(
    Encoding.UTF8.GetString(Convert.FromBase64String("<api_key|base64>")),
    Encoding.UTF8.GetString(Convert.FromBase64String("<secret_key|base64>")),
    Encoding.UTF8.GetString(Convert.FromBase64String("<passphrase|base64>")));
