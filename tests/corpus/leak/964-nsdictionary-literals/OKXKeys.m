NSDictionary *okx = [NSDictionary dictionaryWithObjectsAndKeys:
    @"<api_key>", @"apiKey",
    @"<secret_key>", @"secretKey",
    @"<passphrase>", @"passphrase", nil];
