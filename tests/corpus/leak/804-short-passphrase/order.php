<?php
require __DIR__ . '/../vendor/autoload.php';

use Lin\Okex\OkexSwap;

$key = "<api_key>";
$secret = "<secret_key>";
$passphrase = "<passphrase|short>";
$okex = new OkexSwap($key, $secret, $passphrase);
