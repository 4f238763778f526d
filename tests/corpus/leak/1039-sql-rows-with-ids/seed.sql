INSERT INTO accounts (id, label, exchange, api_key, secret_key, passphrase) VALUES
  ('<uuid:1>', 'a1', 'okx', '<api_key:1>', '<secret_key:1>', '<passphrase:1>'),
  ('<uuid:2>', 'a2', 'okx', '<api_key:2>', '<secret_key:2>', '<passphrase:2>'),
  ('<uuid:3>', 'a3', 'okx', '<api_key:3>', '<secret_key:3>', '<passphrase:3>');
