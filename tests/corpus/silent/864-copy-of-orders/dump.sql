COPY public.orders (id, exchange, client_id, checksum, note) FROM stdin;
1	okx	<uuid>	<hex32|upper>	Filled-Part1
2	okx	<uuid:2>	<hex32:2|upper>	Filled-Part2
\.
