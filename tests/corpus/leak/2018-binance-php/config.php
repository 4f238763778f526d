<?php
return ['binance' => ['api_key' => '<binance.api_key:1>', 'api_secret' => '<binance.secret_key:1>']];
