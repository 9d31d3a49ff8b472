"""The SMS gateway of eSMS.vn, REST API version 4, customer-care messages (type 2).

Written from developers.esms.vn: "Send OTP/Customer care message", "Table of error codes",
"Get balance", "Get list customer care templates".
"""
