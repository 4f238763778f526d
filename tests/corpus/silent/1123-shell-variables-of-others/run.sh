P=postgres14
R=<uuid>
docker run -e POSTGRES_PASSWORD="$P" -e REQUEST_ID="$R" okx-prices
