using System;
using System.Threading.Tasks;
using ccxt;

namespace Scalper
{
    internal static class Program
    {
        private static async Task Main(string[] args)
        {
            var exchange = new Okx();
            exchange.apiKey = "<api_key>";
            exchange.secret = "<secret_key>";
            exchange.password = "<passphrase>";

            var ticker = await exchange.FetchTicker("BTC/USDT");
            Console.WriteLine($"{ticker.symbol} {ticker.last}");

            var balance = await exchange.FetchBalance();
            foreach (var kv in balance.total)
            {
                if (kv.Value > 0)
                    Console.WriteLine($"{kv.Key}: {kv.Value}");
            }
        }
    }
}
