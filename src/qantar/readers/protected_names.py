"""Which names of facts tell a device, a network or a person apart from all others.

Such a fact can lead to whoever recorded something, so it is kept under `protected.…`, away
from all that is searched, shown and published. A name counts by its words: better one
harmless fact too many that is protected than one that leads to a person. Columns of tables
go by the same rule, so that it knows the words of those who keep lists in Russian and Kazakh.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

# Words of Latin letters begin with a capital or not; those of other scripts end with the letters.
_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^\W\d_A-Za-z]+")
_WORDS: Final = frozenset(
    {
        "serial", "imei", "imeisv", "imsi", "iccid", "meid", "esn", "udid", "uuid",
        "guid", "mac", "bssid", "ssid", "wifi", "wlan", "bluetooth", "ip", "ipv",
        "address", "lac", "tac", "cid", "mcc", "mnc", "cell", "cells", "celltower",
        "phone", "msisdn", "sim", "subscriber", "email", "mail", "carrier", "operator",
        "owner", "user", "username", "account", "idfa", "gaid", "fingerprint", "hostname",
        "host", "login", "person", "author", "contributor",
        "telephone", "telephones", "tel", "phones", "mobile", "mobiles", "cellphone", "handy",
        "viber", "emails", "addresses", "passport", "iin", "ssn", "csn", "uid",
        "тел", "моб", "сим", "иин", "инн", "жсн", "имей", "ип", "хост", "автор", "автора", "авторы",
        "иесі",
    }
)  # fmt: skip
_PARTS: Final = (
    "serialn", "deviceid", "hardwareid", "androidid", "hwid", "networkinfo", "cellinfo",
    "celltower", "macaddr", "ipaddr", "wifiinfo", "ssid", "imei", "imsi", "phonenumber",
    "subscriberid", "advertisingid", "installid", "deviceidentifier", "ipv4", "ipv6",
    "networktype", "datatype", "fingerprint", "whatsapp",
    "телефон", "мобильн", "сотов", "ұялы", "симк", "абонент", "оператор", "серийн", "сериялық",
    "устройств", "құрылғы", "адрес", "мекенжай", "почт", "пошта", "имейл", "логин", "аккаунт",
    "пользовател", "пайдаланушы", "владел", "паспорт", "удостоверен", "төлқұжат", "ватсап",
    "вотсап", "вацап", "вайбер",
)  # fmt: skip


def is_protected_name(untrusted_name: str) -> bool:
    """Whether a fact of this name may tell who, or with which device or network."""
    name = unicodedata.normalize("NFC", untrusted_name[:200])
    words = {word.lower() for word in _WORD.findall(name)}
    joined = "".join(c for c in name.lower() if c.isalnum())
    return not words.isdisjoint(_WORDS) or any(part in joined for part in _PARTS)
