"""The published test vectors: toy keys, and what they sign and seal; never used elsewhere."""

import base64

APPID = "wx0000000000000001"
MCHID = "1900000001"
SERIAL = "TESTSERIAL0001"
KEY_ID = "PUB_KEY_ID_TEST0001"
V3_KEY = "0123456789abcdef0123456789ABCDEF"

MERCHANT_KEY = (
    "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQCUVCm1KBQS5RI5ML/0xf5cxLdkYum3rIm3+xD4"
    "iA5A8SdeIF7VxSzRFKj6uVe86gh9cwTQNaJanx+8mFGfQbkrGRAcScZp0qp2s515K1KoUNQUfXSaOJNHPSJm9XCS"
    "ojUHmvoqpKcL11fGLvtPpXEHaJFE1ryuLsPN3ipeNTpRjwJxkbl2EnOxsR0gg3Dn/YDxTwdms9G20RjZuZkwqDA3"
    "O+uw7wJDzeT+ZWmRZb44k/5OHVufuaUCkTenhpbm+/4vEs/oILozuJ2puYSp24Bb16uNMx2bVMpHGiFyLxUAEk0j"
    "K9QKzZ/Azay43/rlcpTKdMJhhwFmyxqj801gvSuBAgMBAAECggEAAnew9u7LALJ3XmSxeM63Z88s9tpPZYsVAm7G"
    "jj/jLtDkNQRoV3mPgI3trrgZHc8t43pfnOAbipLlmgNVrkbPYAhrdHEEwDttMwrTZpHiLuMjWBDrOOqShqeddCWG"
    "oSXaKH17RmzVS5TiRK2A6EcKDZO/gOvqmSI1hy34Ofd8OCGYrSsurXXX2i9rV11UJiy/nhoSu+gVZgcrtJLTY4Hz"
    "vtyBxNohxclPXP4O4jY5oGdf7pz64MGFm+/+aVhsbKDd2y9g4mIlqwlDA/6vCkGVGD2GcH2qTobN3DzRy2/7K/yI"
    "Is5is4epZ0Y3rs/v5NLlWkn5UwnKPRQDVVHiyKyCLQKBgQDLqXtOudR/NWFWDkZ0pqCgbcsQYUDsW0OOgVpQfiR1"
    "J6KC4FJoYE7zMR7mxNuTBTQSztOptIMv5Wc98HE0kIYg1zr7hOFhn+B67FNmvC6aKyXtJLTNOtGNYvdj31/+Fr/X"
    "GktDpZps5lIOEMxGVNknXiJto2f3clXn5AO4ePTijQKBgQC6cmplp0fNYiAa8tnzoBLI81thsBR9bbv6SqDr/LFX"
    "bbK899kYAAF2g9uGqyvfU8coI6yrOuUgxLwAzBQ0mLm6WDLrR1tGsGPVqZHIeONZ4AJqwP3czmCDQ+U2jpOKNcNg"
    "DzZEdGCXTs1X2tN+2Y6GrirbSPvPsdScKMj9cJtpxQKBgHifyQi3x8QQObZefhxZFInwfXUWJP3YkAq3UmaaT72T"
    "3AzoD+cCI8CmN0c3EVXinxUEqxi4cXrMxHlLD8GyV77bu3N9IIBR0QL9NeiDTJbDN5NdSjjDvZmgJCZjBtfXYYhl"
    "am6GhxA42iC6kkKVvogymPGW9tz4Oyk9Q3bfLSuBAoGBAJu3WVNDDb3j+Spor01A4M+CKE0DMWm8T2XwFExjxH1f"
    "egtG+MKJpq8j2yGzLjYcE1ZbzSdJTfo7NUV5LFrtPxj59rT36Ky2PvtA3yfOhxsV8w7T1nImzwZymyogk+q3klBV"
    "BB7SD6XvQ6LfeQoVi2rCZbq1TtIdFJPDoHHDLZl9AoGAQbrDWgLAK55phGqhx3pGbYmNSS+ujg2G2Fec9ua7jzwz"
    "gxDLq3/vvCFexqPZ/AGKirSzfLZLNdVx4dXJ2M8YuPqtj4Dcyxf3l6+1FGZGMehPI3Aa5DZkGJm9s0uaCbkgsqvc"
    "cNnFytUjbcnasbPIKRjYE/FAO4GJGLXz5j4iK5M="
)
PLATFORM_KEY = (
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA5EeL12qsiU3lIlB9O7XXe7kLOdce6qekzd0o988mT4/G"
    "pb+3RTfO4cW2R8VA87RRfNcNjG2MfuA/jinbRRpSrPs6dbXsINkUqlw2vguMPtiaX3bxJO9MuSU4o3SwyhSaBmX3"
    "+puju1I3KJQC1AGtLIAg75/sQyZ/7+oRuCPwQ+Y5I512VTdNvCaGbUrX6umbbsmAm1oBAevBE2pvwSfs8vE0hIEl"
    "B7d2FQz9iM27meTkcsFZQqRuQB7TVCMC2GniCO8NjPCjMTSc5iHWE1Ercl/aCCfxnCgDVL7G9U46dX54pO06lLvo"
    "TouyQZzC6A3IJ1QxzNNDlq1QwsO2RaH0OwIDAQAB"
)
V1_BODY = (
    '{"appid":"wx0000000000000001","mchid":"1900000001","description":"跑腿费",'
    '"out_trade_no":"EO20261121000001",'
    '"notify_url":"https://example.org/wxpay/notify","amount":{"total":1250,'
    '"currency":"CNY"},"payer":{"openid":"oTEST0000000000000000000001"}}'
)
V1_SIGNATURE = (
    "DhFZW4tlOUIx/kk5w7pa6+WU9VRBuE0WsJfBhRm+Htt8mUbrnjQJFDXEmK+VvOzV8MhT+NBgEMDbkdqZPKW9jC2s"
    "05v6OIFVa33j5QID6Wnw8M/tsb/NBCWPwjehoMVPY/4qq3AJzZHUea/zlMyqx1eeZXp2S+iOoiU/k7h+4Xoiqxtx"
    "1fwQZYx7+tVSEiBu7t+JAFhy09O4u6xgqjEnd+W+U/haukqcdDLuT4SsipxddapwvXCELbYeCrzNGF8xPLx7RlRx"
    "eWoVfAN7sr+GbHwGf53W/PmPAL13qdGZSFRFeWZs5O/o2i9LGlmqMwyG7w+FldtiLAlkA2XqpAt7mw=="
)
V1B_SIGNATURE = (
    "dbLtJgQxlbRSNuW6owNPY2DKcgv+6pTU3IDQ3h5ZPZGezKV27cG04dCiXT44o/nLSefJ7ffn/gJlbN/gmbu2ugXh"
    "J4X1GHfBTNXNTwABoNb6xhKvXHFfV5txxUhXh5c5Jmn9KQA+Sf7CGxoRU5Fip+4IAZ9txW84XDFKWd4ffwdzua89"
    "142t1zJztdtCn1ikBODKqjENySPA2YNZay5WwR33kY/4Ht+iTF+kyUrMYZxpv5GRfuj82iNN1jdg3aSfm5WdS6BW"
    "77LgKCKfOHWGJeuSviKn5UfJegwnm2mQc4KrMVo9lwDj+pbsLOKzSlORbI6pivpXIa2v6ssfqP/TRA=="
)
V2_SIGNATURE = (
    "SDLAW932PYFZnh3fbUtcs957yKz7lixHbmAUqYWCOmHMIMZJtZ49typ/duSNrbLSjcAh6Tek97mkThUE9BfGo1eq"
    "JUrhJrhBPF7wINKhPRV2wicQY6YZRVqf9qgAZJG3iLbUGmov5Qznycu34gsQd2jMipgyqKHPoHM8ZuqczulFgS+5"
    "lNxkwoH2hska0C6+OLtLzOmE3NjHe7LbXa1AO873fCLRaMQJGAFiDDTa5Tc1jKjEpCTKgMJdE2/ZhCpnCR0OshPz"
    "RlfoVaa4+Xc7Omu3vBoIIKsCV8RXURBIxNtbtLuqxzMGS7U0kTGGfL1kf+WsEFXodRr8fqoOGXGLVQ=="
)
V3_CIPHERTEXT = (
    "bz1kVndYkCFlgKSe7VZeuBxCb6jr2XsCUhw9dEHzO9M6s3oBzDj0ufBEnZenPKWRi0sbFiP7HsHKfJhCIMNmvF5n"
    "iBMiHQ61qQfiip3nBeQXfoeci3yMn3VcdqMH1MB+fTMYa/3ZMrDJ8bVl2iTx4iML58YvQ5IpZ9XELko2/ITeMAMt"
    "DvdVgoHJW5eHIZCzSrKQ7tZOVOQmxrOieynwZFppDseHHE72zUZKYC0ktrG+l0ZLZocTc/k47DhYKGHM4L3vOVWp"
    "9TvMBF3v/dNko9SxRbzNBPDKsoMToLOabbYRHTH5YKJyl21ExibdqGyWfwLJkWlioC5hH2Mtl0Vx36RkbaiWVo9v"
    "3f9+HOdfZfOwk8aia49RxNTd1BBWdtn/dFQs6XGQCHPLTKYPn0k9L4c8ueX/KmFXFe/DLp0LMtfi2Xs7q35eRd7y"
    "u0al8Y2SfYvMH0nZkdGp6qrEF2YP6TX1zTsI7KcsealzWGJM5HgV0dBN2S8W+c8o9MRjWETztxlVszJe0Wg/lk6N"
    "U/QG6LsCVtCJGnTB52lSeJdgc9J9vkDKk8YB58h4bSZayMo2tb74Ng=="
)
V3_PLAIN = (
    '{"mchid":"1900000001","appid":"wx0000000000000001",'
    '"out_trade_no":"EO20261121000001",'
    '"transaction_id":"4200000000202611210000000001","trade_type":"JSAPI",'
    '"trade_state":"SUCCESS","trade_state_desc":"支付成功","bank_type":"OTHERS",'
    '"attach":"","success_time":"2026-11-21T12:00:00+08:00",'
    '"payer":{"openid":"oTEST0000000000000000000001"},"amount":{"total":1250,'
    '"payer_total":1250,"currency":"CNY","payer_currency":"CNY"}}'
)
V3_SIGNATURE = (
    "pYiMcnckOzuixigOTvRUs4GS2Btazb6PT1TOn0GV+tUL+cHhD7L6sCQCqVCbEezkGDmN1VeWbgKwRQFl5+zvpz4e"
    "nL3lYjBo8X95BcMvpPG8TdGhIef5Hb/ZPXQDU49wDhOd/dr9oFmuhlQ6KTmt+rKxXsz0MfCuCMQEKNHb1JXwNOmL"
    "CFRQ61ZapzGaoyCmdohQk39bODTADVoeYW6tX3mPK6m/bys24KRy4oMB1/vVCLEcqGC14gRENVI7D6/85ABrtN2q"
    "CmJh4uxUODdHyG7R6BfsyQRgH+3Tmpn1YgcuBqWKtzpldFEuDZLvWEvkoxb3hZD8+VSfV5AgiW+eXQ=="
)
V3B_SIGNATURE = (
    "ryiE0RB7IllrG7pu+5KwTBzAnrWYjqlLDgKd1vjgqDxrCcjJ+WuvMNs5vYrx5uReWMhBs0T4OYFgKvhoo3KK/+bj"
    "w+uM5Sx6eDBvq0sxEEfyNao8XDGrC22av6O5y3PCzDEaiSfEw/CwM5ZMKZI1yzMp517fbPQQGvWwbv1XJhbOn08V"
    "KzYGEdtTtlN23QZAgNaCL059vXr3onAVyX6o3n3nrKbCyjUE84iGSu0lwaeaCzfPL0nVG0qwUHDy2h+n0KGfNkyX"
    "eI1HpnbpkVlWHDn4r1MlOXk6bJdpB1SeU8H3Zg3rWHGzhGUjGYmDNP+w2HYGraaXL+qeN56xnxTT/g=="
)
V5_SEALED = (
    "b9itybSBkUGrKlOc/0qc6hIM/Lcwe07+IPP+9dh4df2WyxpTm7pLrDkZvBQkR7otzF+lU9KKgEs1JPMRh7lQ6zBX"
    "RgAPzzWbmKPB0uBw0grSKqjJNBTh404GauoYbQPraSI1WrOYxgRXU1BcabiCimoLNIwPtae5YT3nVXftp/UL48od"
    "IO75fN7QsMUnl3N204rWWqedVJactX3sr9E8pbilPFTwci/g+lsJ75a5uikTaaSN0aZcBM9tVHCPrp/AvesqPBuv"
    "VO5yejzSoboYq6T7f5Sa0TVA4s+OvXAl5uVcnnBOH5yvph0oImizuVZGPRe24nq1dd+q5+QYGOiYeQ=="
)
V3_BODY = (
    '{"id":"EV-2026112112000000001","create_time":"2026-11-21T12:00:01+08:00",'
    '"resource_type":"encrypt-resource","event_type":"TRANSACTION.SUCCESS",'
    '"summary":"支付成功","resource":{"original_type":"transaction",'
    '"algorithm":"AEAD_AES_256_GCM","ciphertext":"' + V3_CIPHERTEXT + '",'
    '"associated_data":"transaction","nonce":"fdasflkja484"}}'
).encode()


def pem(kind: str, der_base64: str) -> str:
    """A key as an operator would paste it. ``kind``: PRIVATE KEY or PUBLIC KEY."""
    lines = [der_base64[i : i + 64] for i in range(0, len(der_base64), 64)]
    assert base64.b64decode(der_base64)
    return "\n".join([f"-----BEGIN {kind}-----", *lines, f"-----END {kind}-----", ""])
