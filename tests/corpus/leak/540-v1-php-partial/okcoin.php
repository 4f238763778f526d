<?php
// old okcoin.com account, still used for the archive export

define('OKCOIN_URL', 'https://www.okcoin.com/api/v1/');

class OKCoinLegacy
{
    var $api_key    = '<api_key|upper>';
    var $secret_key = '<secret_key>';

    function sign($params)
    {
        ksort($params);
        $s = '';
        foreach ($params as $k => $v) {
            $s .= $k . '=' . $v . '&';
        }
        return strtoupper(md5($s . 'secret_key=' . $this->secret_key));
    }

    function userinfo()
    {
        $p = array('api_key' => $this->api_key);
        $p['sign'] = $this->sign($p);
        $ch = curl_init(OKCOIN_URL . 'userinfo.do');
        curl_setopt($ch, CURLOPT_POST, 1);
        curl_setopt($ch, CURLOPT_POSTFIELDS, http_build_query($p));
        curl_setopt($ch, CURLOPT_RETURNTRANSFER, 1);
        $r = curl_exec($ch);
        curl_close($ch);
        return json_decode($r, true);
    }
}
