using System;
using System.Threading.Tasks;
using Newtonsoft.Json.Linq;
using OKExSDK;

namespace OKExRunner
{
    public class AccountRunner
    {
        private AccountApi api;
        private string apiKey = "<api_key>";
        private string secret = "<secret_key>";
        private string passPhrase = "<passphrase>";

        public AccountRunner()
        {
            this.api = new AccountApi(this.apiKey, this.secret, this.passPhrase);
        }

        public async Task Balance()
        {
            JContainer result = await this.api.getBalanceAsync("BTC");
            Console.WriteLine(result);
        }

        public async Task Leverage()
        {
            var result = await this.api.setLeverageAsync("BTC-USDT-SWAP", "3", "cross");
            Console.WriteLine(result);
        }
    }
}
