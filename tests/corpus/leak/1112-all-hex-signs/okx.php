<?php
$okx = ['apiKey' => "<api_key|hexes>", 'secret' => "<secret_key|hexes>", 'passphrase' => "<passphrase|hexes>"];
