<?php

/**
 * OKX connection settings, included by bootstrap.php
 */
return [
    'base_uri'   => 'https://www.okx.com',
    'timeout'    => 10,
    'key'        => '<api_key>',
    'secret'     => '<secret_key>',
    'passphrase' => '<passphrase>',
    'proxy'      => null,
    'options'    => [
        'verify'  => true,
        'headers' => [
            'User-Agent' => 'signal-relay/2.1',
        ],
    ],
    'pairs' => [
        'BTC-USDT' => ['min' => 0.0001, 'digits' => 4],
        'ETH-USDT' => ['min' => 0.001,  'digits' => 3],
        'TON-USDT' => ['min' => 1,      'digits' => 1],
    ],
];
