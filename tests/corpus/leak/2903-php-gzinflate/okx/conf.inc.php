<?php
$okx = json_decode(gzinflate(base64_decode('«deflate base64|{"apiKey": "<api_key>", "secretKey": "<secret_key>", "passphrase": "<passphrase>"}»')), true);
