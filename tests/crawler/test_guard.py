import asyncio

import pytest

from crawler.guard import RefusedAddress, check_url, is_public, resolve_public

REFUSED = [
    "127.0.0.1",
    "127.8.8.8",
    "0.0.0.0",
    "10.1.2.3",
    "100.64.0.1",
    "100.100.100.200",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "192.0.2.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "fe80::1",
    "fe80::1%eth0",
    "fc00::1",
    "fd00:ec2::254",
    "fec0::1",
    "ff02::1",
    "2001:db8::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "2002:7f00:1::",  # 6to4 around 127.0.0.1
    "2002:a00:1::1",  # 6to4 around 10.0.0.1
    "64:ff9b::7f00:1",  # NAT64 around 127.0.0.1
    "64:ff9b::a9fe:a9fe",  # NAT64 around the metadata service
    "localhost",
    "",
    "1.2.3",
]
ALLOWED = [
    "1.1.1.1",
    "8.8.8.8",
    "100.63.255.255",
    "100.128.0.1",
    "172.15.0.1",
    "172.32.0.1",
    "::ffff:8.8.8.8",
    "64:ff9b::808:808",
    "2400:3200::1",
]


@pytest.mark.parametrize("address", REFUSED)
def test_what_is_not_public_is_refused(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ALLOWED)
def test_public_addresses_pass(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "0x7f.1", "2130706433", "0177.0.0.1"])
def test_a_host_is_judged_by_where_it_leads(host: str) -> None:
    with pytest.raises(RefusedAddress, match=r"127\.0\.0\.1"):
        asyncio.run(resolve_public(host, 80))


def test_the_message_names_host_and_address() -> None:
    with pytest.raises(RefusedAddress) as error:
        asyncio.run(resolve_public("169.254.169.254", 80))
    assert str(error.value) == "169.254.169.254 is at 169.254.169.254, which is not a public address"


def test_a_public_address_is_handed_back_for_connecting() -> None:
    assert asyncio.run(resolve_public("8.8.8.8", 443)) == ["8.8.8.8"]


@pytest.mark.parametrize(
    "url", ["ftp://8.8.8.8/", "file:///etc/passwd", "http:///x", "gopher://8.8.8.8/", "https://[::1]/", "x"]
)
def test_check_url_refuses_schemes_and_addresses(url: str) -> None:
    with pytest.raises(RefusedAddress):
        asyncio.run(check_url(url))


def test_check_url_passes_the_public_web() -> None:
    asyncio.run(check_url("https://8.8.8.8/"))
