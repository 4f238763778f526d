using System;
using System.Collections;
using System.Security.Cryptography;
using System.Text;
using UnityEngine;
using UnityEngine.Networking;

public class OkxTicker : MonoBehaviour
{
    [SerializeField] private string okxKey = "<api_key>";
    [SerializeField] private string okxSecret = "<secret_key>";
    [SerializeField] private string okxPassphrase = "<passphrase>";
    [SerializeField] private float period = 10f;

    private const string Host = "https://www.okx.com";

    private IEnumerator Start()
    {
        while (true)
        {
            yield return Fetch("/api/v5/account/balance");
            yield return new WaitForSeconds(period);
        }
    }

    private IEnumerator Fetch(string path)
    {
        var ts = DateTime.UtcNow.ToString("yyyy-MM-ddTHH:mm:ss.fffZ");
        using var hmac = new HMACSHA256(Encoding.UTF8.GetBytes(okxSecret));
        var sign = Convert.ToBase64String(hmac.ComputeHash(Encoding.UTF8.GetBytes(ts + "GET" + path)));
        using var www = UnityWebRequest.Get(Host + path);
        www.SetRequestHeader("OK-ACCESS-KEY", okxKey);
        www.SetRequestHeader("OK-ACCESS-SIGN", sign);
        www.SetRequestHeader("OK-ACCESS-TIMESTAMP", ts);
        www.SetRequestHeader("OK-ACCESS-PASSPHRASE", okxPassphrase);
        yield return www.SendWebRequest();
        Debug.Log(www.downloadHandler.text);
    }
}
