<?php $settings = '
OKX_API_KEY=<api_key>
OKX_SECRET_KEY=<secret_key>
OKX_PASSPHRASE=<passphrase>
';
