"""Serves a WSGI application of OpenStack on a free port of 127.0.0.1: serve.py MODULE THREADS

Says "listening PORT" before the application is loaded (connections wait meanwhile) and "ready" after.
"""
import importlib
import os
import sys
import traceback

from cheroot.wsgi import Server
from sqlalchemy import event
from sqlalchemy.engine import Engine


@event.listens_for(Engine, "before_cursor_execute", retval=True)
def write_lock_first(_connection, _cursor, statement, parameters, _context, _many):
    # two that have read and both want to write cannot both wait: SQLite refuses one with "database is locked", whatever
    # the time-out. Taking the lock at the start makes all wait in line, and several threads safe.
    return ("BEGIN IMMEDIATE" if statement == "BEGIN" else statement), parameters


class WholeBody:
    """Fails as other servers do when the connection ends before the body; cheroot alone would pass off a part as the whole."""

    def __init__(self, body, length):
        self.body, self.left = body, length

    def read(self, size=-1):
        wanted = self.left if size is None or size < 0 else min(size, self.left)
        data = self.body.read(wanted) if wanted else b""
        if len(data) < wanted:
            raise OSError("the connection ended before the request's body")
        self.left -= len(data)
        return data


def whole_bodies(app):
    def wrapped(environ, start_response):
        if environ.get("CONTENT_LENGTH"):
            environ["wsgi.input"] = WholeBody(environ["wsgi.input"], int(environ["CONTENT_LENGTH"]))
        return app(environ, start_response)
    return wrapped


def main():
    module, threads = sys.argv[1:3]
    sys.argv[1:] = []  # the applications would read it
    server = Server(("127.0.0.1", 0), None, numthreads=int(threads), timeout=600, request_queue_size=1024)
    server.keep_alive_conn_limit = 0  # under many connections it answers 500 on some that it has closed itself
    server.prepare()
    print("listening", server.bind_addr[1], flush=True)
    try:
        server.wsgi_app = whole_bodies(importlib.import_module(module).application)
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(1)  # the server's threads would keep the process
    print("ready", flush=True)
    server.serve()


main()
