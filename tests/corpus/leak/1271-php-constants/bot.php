<?php
const ONE = '<api_key>';
const TWO = '<secret_key>';
const THREE = '<passphrase>';
$exchange = new \ccxt\okx(['apiKey' => ONE, 'secret' => TWO, 'password' => THREE]);
