<?php

namespace okv5;

class Config
{
    /**
     * Credentials of the trading account, paper 0 = real, 1 = simulated
     */
    public static $config = [
        "apiKey" => "<api_key>",
        "apiSecret" => "<secret_key>",
        "passphrase" => "<passphrase>",
        "paper" => "0",
    ];

    const FUTURE_API_URL = 'https://www.okx.com';
    const SERVER_TIME_URL = '/api/v5/public/time';
}
