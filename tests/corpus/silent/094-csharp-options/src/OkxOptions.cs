using System.ComponentModel.DataAnnotations;
using System.Runtime.InteropServices;

namespace Example.Okx;

[Guid("<uuid|upper>")]
public sealed record OkxOptions
{
    public const string Section = "Okx";

    [Required] public string ApiKey { get; init; } = string.Empty;
    [Required] public string SecretKey { get; init; } = string.Empty;
    [Required] public string Passphrase { get; init; } = default!;

    public Uri BaseAddress { get; init; } = new("https://www.okx.com");
}

public static class OkxExtensions
{
    public static IServiceCollection AddOkx(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<OkxOptions>().Bind(configuration.GetSection(OkxOptions.Section));
        var apiKey = configuration["Okx:ApiKey"];
        var secretKey = configuration["Okx:SecretKey"];
        var passphrase = configuration["Okx:Passphrase"] ?? throw new InvalidOperationException("Okx:Passphrase is missing");
        return services.AddSingleton(new OkxRestClient(o => o.ApiCredentials = new OKXCredentials(apiKey, secretKey, passphrase)));
    }
}
