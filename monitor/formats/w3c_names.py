"""The names of `#Fields` -> the places of the values in a line.

Sources: W3C Working Draft WD-logfile-960323 (Extended Log File Format), Microsoft IIS and IIS
Advanced Logging, Amazon CloudFront standard logs, Imperva Incapsula, Citrix NetScaler, Microsoft
TMG and ISA Server, Blue Coat ProxySG, SHOUTcast, Oracle Web Cache, Zeek's http.log.
"""

from functools import cache
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

IIS = (
    "date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(user-agent) "
    "cs(referer) sc-status sc-substatus sc-win32-status time-taken x-forwarded-for"
)
"""The default fields of IIS. The last field is the usual one of those that users add."""

CLOUDFRONT = (
    "date time x-edge-location sc-bytes c-ip cs-method cs(host) cs-uri-stem sc-status cs(referer) "
    "cs(user-agent) cs-uri-query cs(cookie) x-edge-result-type x-edge-request-id x-host-header "
    "cs-protocol cs-bytes time-taken x-forwarded-for"
)
"""The fields of CloudFront's standard logs, as far as they are used. Older logs have fewer."""


class Order(NamedTuple):
    """The values of a line: their number, and the place of the value of each role, from 0.

    `per_second`: what a whole number as the request time is divided by. A number with a point is in
    seconds. `has_whole_targets`: the target may be an absolute URL, or a host and a path.
    `is_utc`: the time is in UTC, whatever the offset of the header is.
    """

    number: int
    places: dict[str, int]
    per_second: int = 1
    has_whole_targets: bool = False
    is_utc: bool = False

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


@cache
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
        is_utc=chosen.get("time") == "time-utc" or "epoch" in chosen,
    )


def known_order(names: str, number: int) -> Order:
    """Return the order of the first `number` names of a known order."""
    return order_of(" ".join(names.split()[:number]).encode())
