<?php

return [

    'mailgun' => [
        'domain' => env('MAILGUN_DOMAIN'),
        'secret' => env('MAILGUN_SECRET'),
        'endpoint' => env('MAILGUN_ENDPOINT', 'api.mailgun.net'),
    ],

    'okx' => [
        'key' => env('OKX_API_KEY'),
        'secret' => env('OKX_SECRET_KEY'),
        'passphrase' => env('OKX_PASSPHRASE', ''),
        'base_uri' => env('OKX_BASE_URI', 'https://www.okx.com'),
        'simulated' => (bool) env('OKX_DEMO', true),
    ],

    'okx_broker' => [
        'tag' => '<alnum16>',
        'key' => config('vault.okx.key'),
        'secret' => config('vault.okx.secret'),
        'passphrase' => config('vault.okx.passphrase'),
    ],

];
