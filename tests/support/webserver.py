"""The configurations of a real nginx that writes logs, and of logrotate that rotates them."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

NGINX_CONF = """
    daemon off; pid nginx.pid; error_log error.log; worker_processes 2;
    {user}
    events {{ }}
    http {{
        {temporary}
        {servers}
    }}
"""
SERVER = """
        server {{
            listen 127.0.0.1:{port};
            access_log {log};
            location /err {{ return 503 $uri; }}
            location / {{ return 200 $uri; }}
        }}
"""
TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


def write_nginx(folder: Path, servers: Mapping[Path, int]) -> tuple[Path, Path]:
    """Write the configuration of a server for each log and port; return its path and the PID file.

    /err is answered with 503, and any other path with itself.
    """
    text = NGINX_CONF.format(
        user="user root;" if os.geteuid() == 0 else "",
        temporary="".join(f"{kind}_temp_path {folder};" for kind in TEMPORARY),
        servers="".join(
            SERVER.format(port=port, log=log) for log, port in servers.items()
        ),
    )
    path = folder / "nginx.conf"
    path.write_text(text)
    return path, folder / "nginx.pid"


def write_rotation(path: Path, log: Path, how: Sequence[str], pid: Path) -> None:
    """Write how logrotate rotates a log. After a rename the server opens its logs again."""
    rows = ["rotate 9999", *how]
    if "create" in how:
        reopen = f"test ! -s {pid} || kill -USR1 $(cat {pid})"
        rows += ["postrotate", reopen, "endscript"]
    path.write_text("\n".join([f"{log} {{", *rows, "}", ""]))
