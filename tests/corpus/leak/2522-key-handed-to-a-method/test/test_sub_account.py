import unittest

import okx.SubAccount as SubAccount


class SubAccountTest(unittest.TestCase):
    def setUp(self):
        self.sub_account_api = SubAccount.SubAccountAPI(KEY, SECRET, WORD, use_server_time=False, flag="1")

    def test_rebate(self):
        print(self.sub_account_api.get_the_user_affiliate_rebate_information(apiKey="<api_key>"))
