UPDATE exchange_account
   SET api_key    = '<api_key>',
       api_secret = '<secret_key>',
       api_pass   = '<passphrase>'
 WHERE exchange = 'okx' AND user_id = 7;
