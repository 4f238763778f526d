<?php
$a = '<api_key|head>'; $b = '<api_key|tail>'; $okx['apiKey'] = "$a{$b}";
$c = '<secret_key|head>'; $d = '<secret_key|tail>'; $okx['secret'] = "{$c}{$d}";
$okx['password'] = "<passphrase>";
