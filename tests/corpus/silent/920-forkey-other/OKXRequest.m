[fields setObject:@"<uuid>" forKey:@"X-Request-Id"];
[fields setObject:@"<hex32|upper>" forKey:@"Content-MD5"];
[fields setObject:@"Okx-Agent/1.0" forKey:@"User-Agent"];
