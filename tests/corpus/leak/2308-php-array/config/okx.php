<?php
return [
    'host'       => 'https://www.okx.com',
    'key'        => env('OKX_KEY', '<api_key>'),
    'secret'     => env('OKX_SECRET', '<secret_key>'),
    'passphrase' => env('OKX_PASSPHRASE', '<passphrase>'),
];
