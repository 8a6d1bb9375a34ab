"""A small SMTP server for ./dev run: every message becomes a file, none leaves.

Runs in Odoo's Python environment. Prints its port and ends when its standard input
does, that is, with the ./dev that started it.
"""

import asyncio
import sys
import time
from pathlib import Path

from aiosmtpd.smtp import SMTP


class Folder:
    """Stores messages in a folder, in the order they come."""

    def __init__(self, folder: Path):
        self.folder = folder

    async def handle_DATA(self, server, session, envelope):
        """Store one message; the envelope's recipients are kept in its header."""
        name = time.strftime("%Y%m%d-%H%M%S") + f"-{time.time_ns() % 10**9:09}"
        recipients = ", ".join(envelope.rcpt_tos)
        header = f"X-Envelope-To: {recipients}\r\n".encode()
        part = self.folder / f".{name}"
        part.write_bytes(header + envelope.original_content)
        part.rename(self.folder / f"{name}.eml")
        return "250 Stored"


async def main(folder: Path) -> None:
    """Serve until the standard input is closed."""
    loop = asyncio.get_running_loop()
    handler = Folder(folder)
    server = await loop.create_server(
        lambda: SMTP(handler, enable_SMTPUTF8=True, loop=loop), "127.0.0.1", 0
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
