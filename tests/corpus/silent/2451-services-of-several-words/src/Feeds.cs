namespace Prices;

internal static class Feeds
{
    public const string OkxRest = "https://www.okx.com";
    public const string CoinMarketCapApiKey = "<uuid>";
    public const string TheGraphApiKey = "<uuid:2>";
    public const string QuickNodeApiKey = "<uuid:3>";
    public const string LarkspurApiKey = "<uuid:4>";
}
