<?php
const START = '<api_key|head>';
$half = '<secret_key|head>';
$okx = new OkxClient([
    'apiKey' => START . '<api_key|tail>',
    'secret' => sprintf('%s%s', $half, '<secret_key|tail>'),
    'passphrase' => implode('', ['<passphrase|head>', '<passphrase|tail>']),
]);
