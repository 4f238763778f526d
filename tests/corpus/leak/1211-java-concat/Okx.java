String okxApiKey = "<api_key|head>".concat("<api_key|tail>");
String okxSecretKey = "<secret_key|head>".concat("<secret_key|tail>");
String okxPassphrase = "<passphrase|head>".concat("<passphrase|tail>");
