<?php

use ccxt\binance;
use ccxt\okx;

$binance = new binance([
    'apiKey' => '<alnum64>',
    'secret' => '<alnum64:2>',
]);

$okx = new okx([
    'apiKey'   => getenv('OKX_API_KEY'),
    'secret'   => getenv('OKX_SECRET'),
    'password' => getenv('OKX_PASSWORD'),
]);

$db = new PDO('mysql:host=db;dbname=arb', 'arb', '<passphrase>');

foreach ([$binance, $okx] as $ex) {
    $t = $ex->fetch_ticker('BTC/USDT');
    printf("%-8s %.2f\n", $ex->id, $t['last']);
}
