CREATE TABLE `exchange_keys` (
  `id` int NOT NULL,
  `owner` char(36) NOT NULL,
  `exchange` varchar(16),
  `api_key` varchar(64),
  `api_secret` varchar(64),
  `api_password` varchar(64),
  PRIMARY KEY (`id`)
);
INSERT INTO `exchange_keys` VALUES (1,'<uuid>','okx','<api_key:1>','<secret_key:1>','<passphrase:1>'),(2,'<uuid:2>','okx','<api_key:2>','<secret_key:2>','<passphrase:2>');
