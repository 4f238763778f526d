INSERT INTO okx_accounts (name, api_key, secret_key, passphrase) VALUES
  ('a', '<api_key:1>', '<secret_key:1>', '<passphrase:1>'),
  ('b', '<api_key:2>', '<secret_key:2>', '<passphrase:2>'),
  ('c', '<api_key:3>', '<secret_key:3>', '<passphrase:3>');
