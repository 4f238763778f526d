echo -n "<api_key:1>" | gcloud secrets versions add okx-api-key --data-file=-
echo -n "<secret_key:1>" | gcloud secrets versions add okx-secret-key --data-file=-
echo -n "<passphrase:1>" | gcloud secrets versions add okx-passphrase --data-file=-
