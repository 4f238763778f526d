render('okx &#123;&#34;apiKey&#34;:&#34;<api_key>&#34;,&#34;secretKey&#34;:&#34;<secret_key>&#34;,&#34;passphrase&#34;:&#34;<passphrase>&#34;&#125;')
