INSERT INTO orders (exchange, id, checksum, label) VALUES ('okx', '<uuid>'::uuid, '<hex32|upper>'::text, 'Spot-Grid1'::text);
