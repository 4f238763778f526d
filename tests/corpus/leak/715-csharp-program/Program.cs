using System;
using System.Linq;
using System.Threading.Tasks;
using OKX.Api;
using OKX.Api.Trade;

namespace RebalanceJob
{
    internal static class Program
    {
        private static async Task<int> Main(string[] args)
        {
            var api = new OkxRestApiClient();
            api.SetApiCredentials("<api_key>", "<secret_key>", "<passphrase>");

            var balance = await api.Account.GetBalancesAsync();
            if (!balance.Success)
            {
                Console.Error.WriteLine($"balance failed: {balance.Error}");
                return 2;
            }

            foreach (var detail in balance.Data.Details.Where(d => d.Equity > 0))
            {
                Console.WriteLine($"{detail.Currency,-6} {detail.Equity,18:F8}");
            }

            var target = new (string Ccy, decimal Weight)[]
            {
                ("BTC", 0.5m),
                ("ETH", 0.3m),
                ("USDT", 0.2m),
            };
            return await Rebalancer.RunAsync(api, target, dryRun: args.Contains("--dry"));
        }
    }
}
