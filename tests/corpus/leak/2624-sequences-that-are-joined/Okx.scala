val okxApiKey = Seq("<api_key|head>", "<api_key|tail>").mkString
val okxSecretKey = List("<secret_key|head>", "<secret_key|tail>").mkString("")
val okxPassphrase = Seq("<passphrase|head>", "<passphrase|tail>").mkString
