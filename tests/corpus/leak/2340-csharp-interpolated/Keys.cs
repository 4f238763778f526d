static class OkxKeys
{
    const string Start = "<api_key|head>";
    public static readonly string ApiKey = $"{Start}<api_key|tail>";
    public static readonly string SecretKey = string.Concat("<secret_key|head>", "<secret_key|tail>");
    public static readonly string Passphrase = string.Join("", new[] { "<passphrase|head>", "<passphrase|tail>" });
}
