<?php
/**
 * include __DIR__ . '/key_secret.php' before creating OkexV5
 */

use Lin\Okex\OkexV5;

require __DIR__ . '/vendor/autoload.php';

$key = '<api_key>';
$secret = '<secret_key>';
$passphrase = '<passphrase>';

$okex = new OkexV5($key, $secret, $passphrase);

$okex->setOptions([
    'timeout' => 10,
    'headers' => [
        'x-simulated-trading' => 1,
    ],
]);
