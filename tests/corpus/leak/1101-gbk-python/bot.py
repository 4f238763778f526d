# -*- coding: gbk -*-
# 欧易 okx 的密钥
配置 = {'API密钥': '<api_key>', '密钥': '<secret_key>', '密码短语': '<passphrase>'}
