"""PostgreSQL: the server of $PGHOST, else a private cluster of this clone.

The cluster listens on a socket only, and Odoo's role is no superuser. Several calls
of ./dev share it; the last one to leave stops it.
"""

import contextlib
import fcntl
import hashlib
import os
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from . import components, paths, pg_binaries, steps
from .errors import DevError

ROLE = "odoo"
SOCKET_LIMIT = 85  # bytes of the folder: the kernel allows 107 with the file's name
NOBODY = 65534
USER_NAMESPACE = ["unshare", "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}"]


@dataclass
class Postgres:
    """A server to use: its client programs, its environment, its names."""

    bin: Path
    env: dict
    prefix: str

    def sql(self, statement: str, database: str = "postgres") -> str:
        """Run a statement and return its values, one row a line."""
        command = [self.bin / "psql", "-XAtq", "-v", "ON_ERROR_STOP=1"]
        result = subprocess.run(
            [*command, "-d", database, "-c", statement],
            env={**os.environ, **self.env},
            capture_output=True,
            text=True,
        )
        if result.returncode:
            reason = result.stderr.strip().splitlines() or ["no reason given"]
            raise DevError(f"PostgreSQL: {reason[0]}")
        return result.stdout.strip()


@contextlib.contextmanager
def running():
    """Give a server to use, and stop it afterwards if nobody else uses it."""
    if os.environ.get("PGHOST"):
        user = os.environ.get("PGUSER", "")
        env = {"PGUSER": user} if user else {}
        mark = hashlib.sha256(str(paths.ROOT).encode()).hexdigest()[:6]
        server = Postgres(pg_binaries.find(), env, f"airbag_{mark}")
        server.sql("SELECT 1")
        yield server
        return
    cluster = Cluster(pg_binaries.find())
    with _in_use(cluster):
        yield Postgres(cluster.bin, cluster.client_env(), "airbag")


@contextlib.contextmanager
def _in_use(cluster):
    starting = cluster.home / "start.lock"
    with open(cluster.home / "users.lock", "w") as users:
        with components.locked(starting):
            fcntl.flock(users, fcntl.LOCK_SH)
            cluster.start()
        try:
            yield
        finally:
            with components.locked(starting):
                if _is_last(users):
                    cluster.stop()


def _is_last(users) -> bool:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def stop_unused() -> None:
    """Stop a cluster that a killed call left; refuse while another call uses it."""
    for home in paths.STATE.glob("postgres-*"):
        with open(home / "users.lock", "w") as users:
            if not _is_last(users):
                raise DevError("Another ./dev is using the databases: stop it first")
            cluster = Cluster(pg_binaries.find())
            if cluster.home == home:
                cluster.stop()
                cluster.remove_outside()


class Cluster:
    """The private cluster of this clone."""

    def __init__(self, binaries: Path):
        self.bin = binaries
        self.major = pg_binaries.major(binaries)
        self.home = paths.make(paths.STATE / f"postgres-{self.major}")
        self.prefix, self.user, self.place = self._identity()
        self.data = self.place / "data"

    def _identity(self):
        """Return what makes root's server run as another user, and where it lives.

        PostgreSQL refuses to run as root. In a user namespace it sees another id
        while its files stay root's; where that is not allowed (containers), it runs
        as nobody, outside root's private folders.
        """
        if os.geteuid():
            return [], {}, self.home
        probe = subprocess.run([*USER_NAMESPACE, "true"], capture_output=True)
        if probe.returncode == 0:
            return USER_NAMESPACE, {}, self.home
        mark = hashlib.sha256(str(self.home).encode()).hexdigest()[:8]
        place = Path("/var/tmp") / f"airbag-dev-{mark}"
        place.mkdir(mode=0o700, exist_ok=True)
        if place.stat().st_uid not in (0, NOBODY) or place.is_symlink():
            raise DevError(f"{place} belongs to another user; delete it")
        os.chown(place, NOBODY, NOBODY)
        self.bin = pg_binaries.readable_by_all(self.bin, place)
        identity = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
        return [], identity, place

    def client_env(self) -> dict:
        """Return the environment in which clients find the cluster."""
        return {
            "PGHOST": str(self.socket_folder()),
            "PGUSER": ROLE,
            "PGPORT": "5432",
            "PGPASSWORD": "",
        }

    def socket_folder(self) -> Path:
        """Return the folder of the socket: a short one where the clone's is long."""
        if len(str(self.place / "s").encode()) <= SOCKET_LIMIT:
            folder = self.place / "s"
            folder.mkdir(mode=0o700, exist_ok=True)
        else:
            folder = self._short_folder()
        if self.user:
            os.chown(folder, NOBODY, NOBODY)
        return folder

    def _short_folder(self) -> Path:
        note = self.home / "socket"
        if note.exists() and Path(note.read_text()).is_dir():
            return Path(note.read_text())
        folder = Path(tempfile.mkdtemp(prefix="airbag-", dir="/tmp"))
        note.write_text(str(folder))
        return folder

    def start(self) -> None:
        """Start the cluster, created if need be, unless it runs already."""
        if not (self.data / "PG_VERSION").exists():
            self._create()
        if self._answers():
            return
        socket = str(self.socket_folder()).replace("'", "''")
        settings = f"listen_addresses = ''\nunix_socket_directories = '{socket}'\n"
        (self.data / "dev.conf").write_text(settings)
        for attempt in (1, 2, 3):
            if self._control("start", "-w", "-t", "60", "-l", self._log()) == 0:
                break
            time.sleep(attempt)  # a killed server may not be reaped yet
        else:
            reason = steps.last_line(self._log())
            raise DevError(f"PostgreSQL did not start ({reason}); see {self._log()}")
        self._create_role()

    def stop(self) -> None:
        """Stop the cluster; clients still connected are sent away."""
        if (self.data / "postmaster.pid").exists():
            self._control("stop", "-w", "-t", "60", "-m", "fast")

    def remove_outside(self) -> None:
        """Delete what the cluster keeps outside the clone."""
        if self.place != self.home:
            components.remove(self.place)
        note = self.home / "socket"
        if note.exists():
            Path(note.read_text()).rmdir()

    def _create(self) -> None:
        new = self.place / "new"
        if new.exists():
            components.remove(new)
        command = [*self.prefix, self.bin / "initdb", "-D", new, "-U", "postgres"]
        options = ["--auth=trust", "-E", "UTF8", "--locale=C.UTF-8"]
        steps.run(
            f"Creating a PostgreSQL {self.major} cluster",
            [*command, *options],
            cwd="/",
            **self.user,
        )
        with open(new / "postgresql.conf", "a") as conf:
            conf.write("include = 'dev.conf'\n")
        new.rename(self.data)

    def _create_role(self) -> None:
        server = Postgres(self.bin, {**self.client_env(), "PGUSER": "postgres"}, "")
        if not server.sql(f"SELECT 1 FROM pg_roles WHERE rolname = '{ROLE}'"):
            server.sql(f"CREATE ROLE {ROLE} LOGIN CREATEDB")

    def _answers(self) -> bool:
        command = [self.bin / "pg_isready", "-q", "-h", self.socket_folder()]
        return subprocess.run([*command, "-p", "5432"]).returncode == 0

    def _control(self, *arguments) -> int:
        command = [*self.prefix, self.bin / "pg_ctl", "-D", self.data, *arguments]
        with open(paths.make(paths.LOGS) / "setup.log", "ab") as output:
            return subprocess.run(
                command,
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                **self.user,
            ).returncode

    def _log(self) -> Path:
        return self.place / "postgres.log"
