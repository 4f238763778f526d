<?php

return [

    'mailgun' => [
        'domain' => env('MAILGUN_DOMAIN'),
        'secret' => env('MAILGUN_SECRET'),
    ],

    'okx' => [
        'url'        => env('OKX_URL', 'https://www.okx.com'),
        'key'        => env('OKX_KEY', '<api_key>'),
        'secret'     => env('OKX_SECRET', '<secret_key>'),
        'passphrase' => env('OKX_PASSPHRASE', '<passphrase>'),
    ],

    'slack' => [
        'notifications' => [
            'channel' => env('SLACK_CHANNEL', '#treasury'),
        ],
    ],

];
