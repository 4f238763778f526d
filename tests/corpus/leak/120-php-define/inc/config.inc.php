<?php
error_reporting(E_ALL);
ini_set('display_errors', '1');

define('DB_HOST', 'localhost');
define('DB_NAME', 'otc');
define('DB_USER', 'otc');
define('DB_PASS', getenv('DB_PASS'));

// okx
define('OKX_API_KEY', '<api_key>');
define('OKX_API_SECRET', '<secret_key>');
define('OKX_API_PASSPHRASE', '<passphrase>');

define('SITE_TITLE', 'OTC desk');
define('SITE_THEME', 'dark');
