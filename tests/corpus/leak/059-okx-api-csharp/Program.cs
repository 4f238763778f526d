using System;
using System.Linq;
using System.Threading.Tasks;
using OKX.Api;
using OKX.Api.Account;
using OKX.Api.Trade;

namespace GridTrader
{
    class Program
    {
        static async Task Main(string[] args)
        {
            var api = new OkxRestApiClient(new OkxRestApiOptions
            {
                RawResponse = true,
            });
            api.SetApiCredentials("<api_key>", "<secret_key>", "<passphrase>");

            var balances = await api.Account.GetBalancesAsync();
            if (!balances.Success)
            {
                Console.WriteLine(balances.Error);
                return;
            }
            foreach (var d in balances.Data.Details.Where(x => x.Equity > 0))
                Console.WriteLine($"{d.Currency,-8} {d.Equity}");

            var positions = await api.Account.GetPositionsAsync();
            Console.WriteLine($"{positions.Data.Count} open positions");
        }
    }
}
