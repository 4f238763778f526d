using System;

namespace Shop.Data
{
    public static class Ids
    {
        public static readonly Guid Tenant = Guid.Parse("<uuid>");
        public static readonly Guid DefaultRole = new Guid("<hex32|upper>");
        public static readonly Guid AdminRole = Guid.ParseExact("<hex32:2|upper>", "N");
        public const string ApiKeyHeader = "X-Api-Key";
        public const string CorrelationId = "<uuid:2>";
        public const string ContentHash = "<hex32:3|upper>";
    }
}
