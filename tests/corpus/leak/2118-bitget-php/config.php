<?php
return ['bitget' => ['api_key' => '<bitget.api_key:1>', 'api_secret' => '<bitget.secret_key:1>', 'passphrase' => '<bitget.passphrase:1>']];
