Imports System.Net.Http
Imports OKX.Api

Module ModSettings

    Public Const PollMs As Integer = 1500

    Private Const OkxKey As String = "<api_key>"
    Private Const OkxSecret As String = "<secret_key>"
    Private Const OkxPhrase As String = "<passphrase>" ' set 12.03. by Jürgen

    Public Function BuildClient() As OkxRestApiClient
        Dim c As New OkxRestApiClient()
        c.SetApiCredentials(OkxKey, OkxSecret, OkxPhrase)
        Return c
    End Function

End Module
