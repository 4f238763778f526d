INSERT INTO accounts (id, exchange, owner, avatar_hash) VALUES ('<uuid>', 'okx', '<uuid:2>', '<hex32|upper>');
