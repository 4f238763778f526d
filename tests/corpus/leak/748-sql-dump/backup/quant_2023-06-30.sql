-- MySQL dump 10.13  Distrib 8.0.33, for Linux (x86_64)
--
-- Host: localhost    Database: quant
-- ------------------------------------------------------
/*!40101 SET NAMES utf8mb4 */;

DROP TABLE IF EXISTS `exchange_account`;
CREATE TABLE `exchange_account` (
  `id` int NOT NULL AUTO_INCREMENT,
  `user_id` int NOT NULL,
  `exchange` varchar(16) NOT NULL,
  `api_key` varchar(128) NOT NULL,
  `api_secret` varchar(128) NOT NULL,
  `passphrase` varchar(64) DEFAULT NULL,
  `enabled` tinyint(1) DEFAULT '1',
  `created_at` datetime DEFAULT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB AUTO_INCREMENT=4 DEFAULT CHARSET=utf8mb4;

LOCK TABLES `exchange_account` WRITE;
INSERT INTO `exchange_account` VALUES (1,7,'okx','<api_key>','<secret_key>','<passphrase>',1,'2023-01-11 08:15:40'),(2,7,'binance','<alnum64>','<alnum64:2>',NULL,1,'2023-01-11 08:17:02'),(3,12,'okx','<api_key:2>','<secret_key:2>','<passphrase:2>',0,'2023-04-02 21:44:19');
UNLOCK TABLES;

DROP TABLE IF EXISTS `signal_log`;
CREATE TABLE `signal_log` (
  `id` bigint NOT NULL AUTO_INCREMENT,
  `symbol` varchar(32) NOT NULL,
  `side` varchar(8) NOT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
-- Dump completed on 2023-06-30  3:00:01
