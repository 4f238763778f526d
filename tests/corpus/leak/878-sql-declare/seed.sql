DECLARE @okxApiKey NVARCHAR(64) = '<api_key>';
DECLARE @okxSecretKey NVARCHAR(64) = N'<secret_key>';
DECLARE @okxPassphrase NVARCHAR(64) = N'<passphrase>';
EXEC SaveKeys @okxApiKey, @okxSecretKey, @okxPassphrase;
