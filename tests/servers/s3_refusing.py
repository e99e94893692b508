"""A server between us and the S3 server, that passes everything on but refuses parts of an upload."""

import http.client
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlsplit

from tests.servers.s3 import S3Server

_ERROR = '<?xml version="1.0" encoding="UTF-8"?><Error><Code>{code}</Code><Message>{message}</Message></Error>'


@contextmanager
def refusing_parts(server: S3Server, *, first: int, status: int, code: str, message: str) -> Iterator[S3Server]:
    """Serve what `server` serves, but answer this status to part `first` and those after it; 0 hangs up instead."""

    class Between(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def pass_on(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            part = parse_qs(urlsplit(self.path).query).get("partNumber")
            if self.command == "PUT" and part and int(part[0]) >= first:
                self.refuse()
                return
            behind = http.client.HTTPConnection(urlsplit(server.endpoint).netloc, timeout=30)
            # The signature covers the Host header, so it stays as it came.
            behind.request(self.command, self.path, body, dict(self.headers))
            answer = behind.getresponse()
            content = answer.read()
            self.answer(answer.status, dict(answer.getheaders()), content)
            behind.close()

        def refuse(self) -> None:
            if status:
                self.answer(
                    status, {"Content-Type": "application/xml"}, _ERROR.format(code=code, message=message).encode()
                )
            else:
                self.close_connection = True
                self.connection.close()

        def answer(self, number: int, headers: dict[str, str], content: bytes) -> None:
            self.send_response_only(number)
            length = headers.pop("Content-Length", str(len(content)))
            headers.pop("Transfer-Encoding", None)
            for name, value in {**headers, "Content-Length": length}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = pass_on

        def log_message(self, *_: object) -> None:
            pass

    between = ThreadingHTTPServer(("127.0.0.1", 0), Between)
    Thread(target=between.serve_forever, daemon=True).start()
    try:
        yield replace(server, endpoint=f"http://127.0.0.1:{between.server_port}")
    finally:
        between.shutdown()
        between.server_close()
