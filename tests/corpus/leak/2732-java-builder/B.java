class B { OkxClient c = OkxClient.builder()
   .apiKey(Secret.of("<api_key>"))
   .secretKey(Secret.of("<secret_key>"))
   .passphrase(Secret.of("<passphrase>"))
   .build(); }
