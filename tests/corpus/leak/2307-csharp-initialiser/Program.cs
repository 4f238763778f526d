using OKX.Api;

var client = new OkxRestApiClient(new OkxRestApiOptions
{
    ApiCredentials = new OkxApiCredentials("<api_key>", "<secret_key>", "<passphrase>"),
});
