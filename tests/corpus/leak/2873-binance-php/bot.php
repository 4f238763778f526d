<?php
$api = new Binance\API("<binance.api_key:1>", "<binance.secret_key:1>");
