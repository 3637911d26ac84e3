"""The directives of Apache's `LogFormat` and the variables of nginx's `log_format`, one row each.

A directive stands for a field of a line. Its *role* says what the program does with the field. A
field with the role `skip` is not used. `peer` is the program at the other end of the connection, which
is the client if no other directive is.

Sources: Apache httpd mod_log_config, mod_logio; nginx ngx_http_log_module, ngx_http_core_module,
ngx_http_upstream_module.
"""

CLF, ISO = "clf", "iso"
"""Times as Apache's `%t` and nginx's `$time_local` write them, and `$time_iso8601`."""

SECONDS = "sec"
"""A time as seconds since 1970, with or without a fraction."""

APACHE = {
    **dict.fromkeys("ha", "client"),
    **dict.fromkeys("bBO", "size"),
    **dict.fromkeys("vV", "host"),
    **dict.fromkeys("DT", "seconds"),
    **dict.fromkeys("AfkLPRXcISienoCx", "skip"),
    **dict.fromkeys(("^FB", "^FU", "^ti", "^to"), "skip"),
    "l": "ident",
    "u": "user",
    "t": "time",
    "r": "request",
    "s": "status",
    "m": "method",
    "U": "target",
    "q": "query",
    "H": "protocol",
    "p": "port",
}
"""The role of each letter of Apache."""

HEADERS = {
    "x-forwarded-for": "clients",
    "x-real-ip": "client",
    "cf-connecting-ip": "client",
    "true-client-ip": "client",
    "host": "host",
    "x-forwarded-host": "host",
    "referer": "referrer",
    "user-agent": "agent",
}
"""The role of each request header that is used. `clients` is a list of clients."""

NGINX = {
    "remote_addr": "client",
    "proxy_protocol_addr": "client",
    "proxy_add_x_forwarded_for": "clients",
    "realip_remote_addr": "peer",
    "remote_port": "port",
    "remote_user": "user",
    "time_local": "time",
    "time_iso8601": "time",
    "msec": "time",
    "request": "request",
    "request_method": "method",
    "request_uri": "target",
    "uri": "target",
    "document_uri": "target",
    "args": "query",
    "query_string": "query",
    "is_args": "query",
    "server_protocol": "protocol",
    "status": "status",
    "body_bytes_sent": "size",
    "bytes_sent": "size",
    "request_time": "seconds",
    "host": "host",
    "server_name": "host",
    "server_port": "port",
}
"""The role of each variable of nginx. Any other variable is legal and skipped."""

UNITS = {"s": 1, "ms": 1000, "us": 1_000_000}
"""The units of a request time, as in `%{ms}T`, and how many of them are in a second."""

APACHE_TIMES = {
    "sec": "%s",
    "msec": "msec",
    "usec": "usec",
    "msec_frac": "%3",
    "usec_frac": "%6",
}
"""The words of `%{WORD}t`. `%3` and `%6` are that many digits of a fraction (times.py)."""

NGINX_TIMES = {"time_local": CLF, "time_iso8601": ISO, "msec": SECONDS}
"""How a variable of nginx writes the time."""


def role_in_apache(letter: str, argument: str | None) -> str | None:
    """Return the role of a directive of Apache; None if there is no such directive."""
    if letter == "i" and argument is not None:
        return HEADERS.get(argument.lower(), "skip")
    if letter == "a" and argument == "c":
        return "peer"
    return APACHE.get(letter)


def role_in_nginx(name: str) -> str:
    """Return the role of a variable of nginx."""
    if name in NGINX:
        return NGINX[name]
    if name.startswith("upstream_"):
        return "list"
    return HEADERS.get(name.removeprefix("http_").replace("_", "-"), "skip")
