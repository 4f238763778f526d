INSERT INTO tokens (exchange, session, etag) VALUES ('okx', pgp_sym_encrypt('<uuid>', 'k'), trim('<hex32|upper>'));
