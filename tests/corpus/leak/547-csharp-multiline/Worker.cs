using Microsoft.Extensions.Hosting;
using OKX.Net.Clients;
using OKX.Net.Objects;

namespace Ledger.Sync;

public sealed class Worker : BackgroundService
{
    private readonly OKXRestClient _client = new(o =>
    {
        o.RequestTimeout = TimeSpan.FromSeconds(15);
        o.ApiCredentials = new OKXCredentials(
            key:
                "<api_key>",
            secret:
                "<secret_key>",
            pass:
                "<passphrase>");
    });

    protected override async Task ExecuteAsync(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            var bills = await _client.UnifiedApi.Account.GetBillHistoryAsync(ct: ct);
            if (bills.Success) await Store(bills.Data);
            await Task.Delay(TimeSpan.FromMinutes(1), ct);
        }
    }

    private static Task Store(object _) => Task.CompletedTask;
}
