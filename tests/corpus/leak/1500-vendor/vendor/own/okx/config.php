<?php
return ['okx' => ['apiKey' => '<api_key>', 'secret' => '<secret_key>', 'password' => '<passphrase>']];
