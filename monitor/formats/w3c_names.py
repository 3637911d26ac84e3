"""The names of `#Fields` -> the places of the values in a line.

Sources: W3C Working Draft WD-logfile-960323 (Extended Log File Format), Microsoft IIS and IIS
Advanced Logging, Amazon CloudFront standard logs, Imperva Incapsula, Citrix NetScaler, Microsoft
TMG and ISA Server, Blue Coat ProxySG, SHOUTcast, Oracle Web Cache, Zeek's http.log.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

_NAMES = {
    "epoch": "ts timestamp",
    "date": "date date-utc date-local",
    "time": "time time-utc time-local",
    "client": "c-ip id.orig_h",
    "forwarded": "x-forwarded-for cs(x-forwarded-for) s-xff",
    "method": "cs-method s-operation x-method method",
    "target": "cs-uri-stem cs-uri-path cs-uri uri",
    "status": "sc-status c-status status_code",
    "size": "sc-bytes bytes response_body_len",
    "seconds": "time-taken timetakenms x-duration",
    "host": "x-host-header cs-host cs(host) host",
    "agent": "cs(user-agent) c-agent user_agent",
    "referrer": "cs(referer) cs(referrer) cs-referred referrer",
}
"""The names of each role in small letters. If a header has several names, the first one counts."""

_WHOLE_TARGETS = ("cs-uri", "uri")
_OF_IIS = "sc-win32-status"
_IN_MILLISECONDS = (b"microsoft", b"iis ", b"sgos")  # in the name of the software

OF_FTP = frozenset(
    b"APPE CDUP CWD DELE LIST MDTM MKD MLSD MLST NLST PWD RETR RMD RNFR RNTO SIZE STOR STOU XCWD "
    b"XMKD XPWD XRMD".split()
)
"""Commands of FTP that come with a path (RFC 959, RFC 3659). All others have no path."""


class Order(NamedTuple):
    """The values of a line: their number, and the place of the value of each role, from 0.

    `per_second`: what a whole number as the request time is divided by. A number with a point is in
    seconds. `has_whole_targets`: the target may be an absolute URL, or a host and a path.
    `is_utc`: the time is in UTC, whatever the offset of the header is. `checks` are the patterns of
    the values at some places, without which a line is not in the order.
    """

    number: int
    places: dict[str, int]
    per_second: int = 1
    has_whole_targets: bool = False
    is_utc: bool = False
    checks: Mapping[int, bytes] = MappingProxyType({})

    @property
    def lacks(self) -> str:
        """Return which name a hit needs and the header does not have."""
        if not self.places.keys() & {"time", "epoch"}:
            return "time"
        return "" if "status" in self.places else "status"

    @property
    def needs_date(self) -> bool:
        """Return whether the lines have a time, and no date."""
        return not self.places.keys() & {"date", "epoch"}


@lru_cache(256)
def order_of(fields: bytes, software: bytes = b"") -> Order:
    """Return the order of the values.

    `fields` are the names of `#Fields`, parted by spaces or tabs. `software` is the value of
    `#Software`. The request time of Microsoft's servers and Blue Coat's proxy is in milliseconds.
    """
    names = fields.lower().decode("latin-1").split()
    places: dict[str, int] = {}
    chosen: dict[str, str] = {}
    for role, known in _NAMES.items():
        found = [name for name in known.split() if name in names]
        if found:
            chosen[role], places[role] = found[0], names.index(found[0])
    if "epoch" in places:  # it has the date and the time
        places.pop("date", None)
        places.pop("time", None)
    is_fine = _OF_IIS in names or any(
        word in software.lower() for word in _IN_MILLISECONDS
    )
    is_fine &= chosen.get("seconds") == "time-taken"
    is_fine |= chosen.get("seconds") == "timetakenms"
    return Order(
        len(names),
        places,
        per_second=1000 if is_fine else 1,
        has_whole_targets=chosen.get("target") in _WHOLE_TARGETS,
        is_utc=chosen.get("time") == "time-utc",
    )


# --- the orders that are known without a header ---

_IIS = (
    b"date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) "
    b"cs(Referer) sc-status sc-substatus sc-win32-status time-taken X-Forwarded-For"
).split()
"""The default fields of IIS. The last field is the field that users add most often."""

_CLOUDFRONT = (
    b"date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) "
    b"cs(User-Agent) cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id x-host-header "
    b"cs-protocol cs-bytes time-taken x-forwarded-for"
).split()
"""The fields of CloudFront's standard logs, as far as they are used. Older logs have fewer."""

_LEAST_OF_IIS, _LEAST_OF_CLOUDFRONT = 15, 9
_ADDRESS = rb"[0-9A-Fa-f]{0,4}[.:][0-9A-Fa-f.:]{1,40}+(?:%[0-9A-Za-z.-]{1,20}+)?+"
_NUMBER = rb"[0-9]{1,18}+"
_EDGE = rb"[A-Z]{3}[0-9]{1,3}+(?:-[A-Z][0-9]{1,3}+)?+"
_CHECKS_OF_IIS = {
    **dict.fromkeys((2, 8), _ADDRESS),
    **dict.fromkeys((6, 12, 13, 14), _NUMBER),
}
_CHECKS_OF_CLOUDFRONT = {2: _EDGE, 3: _NUMBER, 4: _ADDRESS}


def known_order(values: Sequence[bytes], has_tabs: bool) -> Order | None:
    """Return the order of some values if they are surely in a known order, else None.

    In the order of IIS a number behind the usual values is of a header that has sizes before the
    request time. Which value is the request time is not known then.
    """
    number = len(values)
    if has_tabs:
        least, checks, names = _LEAST_OF_CLOUDFRONT, _CHECKS_OF_CLOUDFRONT, _CLOUDFRONT
    else:
        least, checks, names = _LEAST_OF_IIS, _CHECKS_OF_IIS, _IIS
        if number > least and values[least].isdigit():
            names = names[: least - 1]
    if number < least or not all(
        re.fullmatch(check, values[place]) for place, check in checks.items()
    ):
        return None
    return _known_order(b" ".join(names[:number]), number, tuple(checks.items()))


@lru_cache(256)
def _known_order(
    fields: bytes, number: int, checks: tuple[tuple[int, bytes], ...]
) -> Order:
    return order_of(fields)._replace(number=number, checks=dict(checks))
