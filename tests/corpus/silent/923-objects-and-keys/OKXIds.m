NSDictionary *okx = [NSDictionary dictionaryWithObjectsAndKeys: @"<uuid>", @"requestId", @"<hex32|upper>", @"etag", nil];
