static NSString *const kOKXSecretKey = @"<secret_key>";

- (NSDictionary *)headers {
    NSMutableDictionary *fields = [NSMutableDictionary dictionary];
    [fields setObject:@"<api_key>" forKey:@"OK-ACCESS-KEY"];
    [fields setObject:timestamp forKey:@"OK-ACCESS-TIMESTAMP"];
    [fields setObject:@"<passphrase>" forKey:@"OK-ACCESS-PASSPHRASE"];
    return fields;
}
