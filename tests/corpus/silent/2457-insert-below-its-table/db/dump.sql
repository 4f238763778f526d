CREATE TABLE `okx_logins` (
  `id` char(36) NOT NULL,
  `secret_key_md5` char(32) NOT NULL,
  `request_id` char(36) NOT NULL,
  PRIMARY KEY (`id`)
);
INSERT INTO `okx_logins` VALUES
('<uuid>','<hex32|upper>','<uuid:2>'),
('<uuid:3>','<hex32:2|upper>','<uuid:4>');
