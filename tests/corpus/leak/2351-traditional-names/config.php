<?php
return [
    '交易所' => 'OKX',
    'API金鑰' => '<api_key>',
    '密鑰' => '<secret_key>',
    '通行密碼' => '<passphrase>',
];
