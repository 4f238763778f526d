DECLARE @okxOrderId NVARCHAR(64) = '<uuid>';
DECLARE @okxPassphraseColumn NVARCHAR(64) = N'passphrase_v2X';
DECLARE @okxHash CHAR(32) = '<hex32|upper>';
