<?php
file_put_contents('.env', <<<ENV
OKX_API_KEY=<api_key>
OKX_API_SECRET=<secret_key>
OKX_PASSPHRASE=<passphrase>
ENV);
echo "written\n";
