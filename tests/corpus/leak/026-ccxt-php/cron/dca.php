<?php

require_once __DIR__ . '/../vendor/autoload.php';

date_default_timezone_set('UTC');

$exchange = new \ccxt\okx([
    'apiKey'          => '<api_key>',
    'secret'          => '<secret_key>',
    'password'        => '<passphrase>',
    'enableRateLimit' => true,
]);

$plan = [
    'BTC/USDT' => 40,
    'ETH/USDT' => 20,
];

foreach ($plan as $symbol => $usdt) {
    try {
        $ticker = $exchange->fetch_ticker($symbol);
        $amount = $exchange->amount_to_precision($symbol, $usdt / $ticker['last']);
        $order = $exchange->create_order($symbol, 'market', 'buy', $amount);
        error_log(sprintf('%s bought %s id %s', $symbol, $amount, $order['id']));
    } catch (\ccxt\InsufficientFunds $e) {
        error_log('no funds: ' . $e->getMessage());
    }
}
