# -*- coding: utf-8 -*-
"""欧意 API 配置"""

# 实盘
OKX_CONFIG = {
    'apiKey': '你的API密钥',      # 公钥
    'secret': '你的私钥',
    'password': '你的交易密码',   # 创建 API 时设置的 passphrase
    'timeout': 3000,
    'rateLimit': 10,
    'enableRateLimit': False,
}

# 模拟盘
OKX_DEMO_CONFIG = {
    'apiKey': '替换成自己的',
    'secret': '替换成自己的',
    'password': '替换成自己的',
}

# 企业微信机器人
WECHAT_WEBHOOK = ''

# 交易对
SYMBOL_LIST = ['BTC-USDT-SWAP', 'ETH-USDT-SWAP']
LEVER = 3
