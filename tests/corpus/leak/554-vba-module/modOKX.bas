Attribute VB_Name = "modOKX"
Option Explicit

Private Const BASE_URL = "https://www.okx.com"

Private Sub LoadCreds(ByRef k As String, ByRef s As String, ByRef p As String)
    k = "<api_key>"
    s = "<secret_key>"
    p = "<passphrase>"
End Sub

Public Function OKX_Get(path As String) As String
    Dim k As String, s As String, p As String, ts As String
    Dim http As Object
    LoadCreds k, s, p
    ts = IsoUtcNow()
    Set http = CreateObject("WinHttp.WinHttpRequest.5.1")
    http.Open "GET", BASE_URL & path, False
    http.SetRequestHeader "OK-ACCESS-KEY", k
    http.SetRequestHeader "OK-ACCESS-SIGN", HmacB64(ts & "GET" & path, s)
    http.SetRequestHeader "OK-ACCESS-TIMESTAMP", ts
    http.SetRequestHeader "OK-ACCESS-PASSPHRASE", p
    http.Send
    OKX_Get = http.ResponseText
End Function
