UPDATE okx_orders SET client_id = trim('<uuid>'), md5 = upper('<hex32|upper>') WHERE passphrase IS NULL;
