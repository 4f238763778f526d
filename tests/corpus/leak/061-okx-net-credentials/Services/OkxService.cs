using CryptoExchange.Net.Objects;
using Microsoft.Extensions.Logging;
using OKX.Net;
using OKX.Net.Clients;
using OKX.Net.Enums;
using OKX.Net.Objects;

namespace Hedge.Services;

public sealed class OkxService
{
    private readonly OKXRestClient _rest;
    private readonly OKXSocketClient _socket;
    private readonly ILogger<OkxService> _log;

    public OkxService(ILogger<OkxService> log)
    {
        _log = log;
        _rest = new OKXRestClient(o =>
        {
            o.ApiCredentials = new OKXCredentials("<api_key>", "<secret_key>", "<passphrase>");
        });
        _socket = new OKXSocketClient(o =>
        {
            o.ApiCredentials = new OKXCredentials("<api_key>", "<secret_key>", "<passphrase>");
        });
    }

    public async Task<decimal> PositionAsync(string symbol)
    {
        var result = await _rest.UnifiedApi.Account.GetPositionsAsync(InstrumentType.Swap, symbol);
        if (!result.Success)
        {
            _log.LogWarning("positions failed {Error}", result.Error);
            return 0m;
        }
        return result.Data.Sum(p => p.PositionsQuantity ?? 0m);
    }

    public Task ListenAsync(CancellationToken ct) =>
        _socket.UnifiedApi.Trading.SubscribeToOrderUpdatesAsync(
            InstrumentType.Swap, null, null,
            u => _log.LogInformation("{Id} {State}", u.Data.OrderId, u.Data.OrderState), ct);
}
