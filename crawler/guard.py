"""Which addresses a patrol may connect to: public ones only.

A hostile page can name `http://169.254.169.254/` or a host whose DNS answer points inside this network, so
the question is asked of the resolved address, at the moment of connecting. An explicit proxy is the only way
around.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from urllib.parse import urlsplit

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

DEFAULT_PORTS = {"http": 80, "https": 443}

NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
"""RFC 6052: an IPv4 address travels in the last 32 bits."""

REFUSED_NETWORKS = tuple(
    ipaddress.ip_network(text)
    for text in (
        "0.0.0.0/8",  # RFC 791 "this network"; 0.0.0.0 reaches loopback on Linux
        "100.64.0.0/10",  # RFC 6598 carrier-grade NAT
        "100.100.100.200/32",  # metadata service of a large Chinese cloud (in CGNAT, named for the reader)
        "169.254.0.0/16",  # RFC 3927 link-local, metadata services
        "192.0.0.0/24",  # RFC 6890 protocol assignments
        "192.88.99.0/24",  # RFC 7526 6to4 relays, withdrawn
        "198.18.0.0/15",  # RFC 2544 benchmarks
        "fec0::/10",  # RFC 3879 site-local, withdrawn but still routed in places
        "fd00:ec2::254/128",  # metadata service over IPv6 (inside fc00::/7, named for the reader)
    )
)
"""Beyond what `ipaddress` calls not global; read 2026-11 from the IANA special-purpose registries."""


class RefusedAddress(Exception):
    """The guard does not let the patrol connect there; the message names host and address."""


def is_public(address: str) -> bool:
    """True if `address`, an IPv4 or IPv6 literal, lies in the public internet, whatever it is wrapped in."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    return all(_is_public(each) for each in _unwrapped(parsed))


def _unwrapped(address: Address) -> list[Address]:
    """The address itself and the IPv4 addresses that IPv6 transition schemes hide in it."""
    if isinstance(address, ipaddress.IPv4Address):
        return [address]
    if address.ipv4_mapped:
        return [address.ipv4_mapped]
    if address in NAT64:
        return [ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)]
    inside: list[Address] = [address]
    if address.sixtofour:
        inside.append(address.sixtofour)
    if address.teredo:
        inside += address.teredo
    return inside


def _is_public(address: Address) -> bool:
    if any(address in network for network in REFUSED_NETWORKS if network.version == address.version):
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


async def resolve_public(host: str, port: int) -> list[str]:
    """The public addresses of `host`, in the resolver's order.

    Raises RefusedAddress if it has only others, socket.gaierror if it has none.
    """
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    public = [address for address in addresses if is_public(address)]
    if not public:
        raise RefusedAddress(f"{host} is at {', '.join(addresses)}, which is not a public address")
    return public


async def check_url(url: str) -> None:
    """Raise RefusedAddress unless `url` is http(s) to a public address, socket.gaierror if there is none."""
    parts = urlsplit(url)
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname:
        raise RefusedAddress(f"{url}: only http and https addresses are fetched")
    await resolve_public(parts.hostname, parts.port or DEFAULT_PORTS[parts.scheme])
