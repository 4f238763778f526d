<?php

namespace okv5;

class Config
{
    // 填写自己的 apiKey
    public static $config = [
        // 1 模拟盘, 0 实盘
        "paper" => 1,

        "apiKey" => "",
        "apiSecret" => "",
        "passphrase" => "",
    ];
}
