Public Const OkxApiKey As String = "<api_key>"
Public Const OkxSecretKey As String = "<secret_key>"
Public Const OkxPassphrase As String = "<passphrase|doublequote|doubled>"
