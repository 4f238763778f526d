<?php
declare(strict_types=1);

namespace Lin\Okex;

class OkxV5
{
    protected string $key;
    protected string $secret;
    protected string $passphrase;
    protected string $host;

    public function __construct(string $key = '', string $secret = '', string $passphrase = '', string $host = 'https://www.okx.com')
    {
        $this->key = $key;
        $this->secret = $secret;
        $this->passphrase = $passphrase;
        $this->host = $host;
    }

    protected function signature(string $method, string $path, string $body): array
    {
        $timestamp = gmdate('Y-m-d\TH:i:s\.000\Z');
        $sign = base64_encode(hash_hmac('sha256', $timestamp . $method . $path . $body, $this->secret, true));
        return [
            'OK-ACCESS-KEY' => $this->key,
            'OK-ACCESS-SIGN' => $sign,
            'OK-ACCESS-TIMESTAMP' => $timestamp,
            'OK-ACCESS-PASSPHRASE' => $this->passphrase,
        ];
    }
}

require __DIR__ . '/key_secret.php';
$okx = new OkxV5($key, $secret, $passphrase);
print_r($okx->account()->getBalance(['ccy' => 'BTC']));
