COPY public.exchange_accounts (id, exchange, label, api_key, secret_key, passphrase, created_at) FROM stdin;
1	okx	main	<api_key>	<secret_key>	<passphrase>	2024-05-01 10:00:00
2	okx	sub1	<api_key:2>	<secret_key:2>	<passphrase:2>	2024-05-02 10:00:00
\.
