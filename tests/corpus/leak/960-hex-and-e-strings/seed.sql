INSERT INTO `okx_account` (`id`, `api_key`, `secret_key`, `passphrase`) VALUES (1, _utf8'<api_key>', E'<secret_key>', N'<passphrase>');
