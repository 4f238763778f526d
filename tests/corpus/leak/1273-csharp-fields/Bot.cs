class Bot
{
    const string One = "<api_key>";
    const string Two = "<secret_key>";
    const string Three = "<passphrase>";

    OKXRestClient Client() => new OKXRestClient(o => { o.ApiCredentials = new OKXApiCredentials(One, Two, Three); });
}
