-- MySQL dump 10.13  Distrib 8.0.36, for Linux (x86_64)
--
-- Host: localhost    Database: quant
-- ------------------------------------------------------
SET NAMES utf8mb4;
DROP TABLE IF EXISTS `exchange_account`;
CREATE TABLE `exchange_account` (
  `id` int NOT NULL AUTO_INCREMENT,
  `exchange` varchar(16) NOT NULL,
  `api_key` varchar(80) DEFAULT NULL,
  `secret_key` varchar(80) DEFAULT NULL,
  `passphrase` varchar(40) DEFAULT NULL,
  `created_at` datetime DEFAULT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

LOCK TABLES `exchange_account` WRITE;
INSERT INTO `exchange_account` VALUES (1,'okx','<api_key>','<secret_key>','<passphrase>','2024-03-05 10:11:12'),(2,'binance','<alnum64>','<alnum64:2>',NULL,'2024-03-05 10:14:40');
UNLOCK TABLES;
-- Dump completed on 2024-09-01  3:00:01
