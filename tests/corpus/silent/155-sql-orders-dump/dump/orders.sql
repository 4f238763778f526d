-- MySQL dump 10.13  Distrib 8.0.36, for Linux (x86_64)
DROP TABLE IF EXISTS `okx_orders`;
CREATE TABLE `okx_orders` (
  `id` char(36) NOT NULL,
  `cl_ord_id` char(32) DEFAULT NULL,
  `ord_id` bigint NOT NULL,
  `inst_id` varchar(32) NOT NULL,
  `note` varchar(64) DEFAULT '',
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
INSERT INTO `okx_orders` VALUES ('<uuid>','<hex32|upper>',<digits18>,'BTC-USDT','Grid#1'),('<uuid:2>','<hex32:2|upper>',<digits18:2>,'BTC-USDT','Grid#2'),('<uuid:3>','<hex32:3|upper>',<digits18:3>,'ETH-USDT','Manual!'),('<uuid:4>','<hex32:4|upper>',<digits18:4>,'OKB-USDT','');
