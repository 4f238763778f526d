const std = @import("std");

pub const Okx = struct {
    api_key: []const u8,
    secret_key: []const u8,
    passphrase: []const u8,
    base_url: []const u8 = "https://www.okx.com",

    pub fn init(api_key: []const u8, secret_key: []const u8, passphrase: []const u8) Okx {
        return .{ .api_key = api_key, .secret_key = secret_key, .passphrase = passphrase };
    }

    pub fn fromEnv(env: *const std.process.EnvMap) !Okx {
        return init(
            env.get("OKX_API_KEY") orelse return error.MissingKey,
            env.get("OKX_SECRET_KEY") orelse return error.MissingSecret,
            env.get("OKX_PASSPHRASE") orelse return error.MissingPassphrase,
        );
    }
};
