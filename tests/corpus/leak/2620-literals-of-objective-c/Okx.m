NSString *const OKXApiKey = @"<api_key|head>" @"<api_key|tail>";
NSString *const OKXSecretKey = @"<secret_key|head>" "<secret_key|tail>";
NSString *const OKXPassphrase = @"<passphrase|head>" @"<passphrase|tail>";
