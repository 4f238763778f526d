<?php
define("OKX_API_KEY", hex2bin("<api_key|hex>"));
define("OKX_SECRET_KEY", hex2bin("<secret_key|hex>"));
define("OKX_PASSPHRASE", hex2bin("<passphrase|hex>"));
