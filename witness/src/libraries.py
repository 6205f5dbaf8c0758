"""Lists a UDF image with a C library that has no program of its own: libudf (libcdio's) or libudfread (VideoLAN's).

    libraries.py libudf|libudfread IMAGE

Records end with NUL, their fields are separated by tabs: kind (d or f), size, seconds since 1970, SHA-256, path. What
a library does not say is empty. Exit status 1 and a sentence when the library opens nothing.
"""
import ctypes
import hashlib
import sys
from ctypes import POINTER, Structure, c_bool, c_char_p, c_int, c_int64, c_size_t, c_ssize_t, c_uint, c_uint16, c_void_p

MOST = 20000
DEEPEST = 64


def say(kind, size, modified, digest, path):
    fields = [kind, str(size), str(modified), digest]
    sys.stdout.buffer.write("\t".join(fields).encode() + b"\t" + path + b"\0")


def function(library, name, result, *arguments):
    found = getattr(library, name)
    found.restype, found.argtypes = result, arguments
    return found


def libudf(image):
    library = ctypes.CDLL("libudf.so.0")
    opened = function(library, "udf_open", c_void_p, c_char_p)(image)
    root_of = function(library, "udf_get_root", c_void_p, c_void_p, c_bool, c_uint16)
    root = root_of(opened, True, 0) if opened else None
    if not root:
        sys.exit("libudf opens nothing")
    readdir = function(library, "udf_readdir", c_void_p, c_void_p)
    opendir = function(library, "udf_opendir", c_void_p, c_void_p)
    is_dir = function(library, "udf_is_dir", c_bool, c_void_p)
    name = function(library, "udf_get_filename", c_char_p, c_void_p)
    length = function(library, "udf_get_file_length", c_int64, c_void_p)
    modified = function(library, "udf_get_modification_time", c_int64, c_void_p)
    left = MOST

    def walk(directory, path, depth):
        nonlocal left
        # The first "entry" is the directory's own.
        entry = readdir(directory)
        while entry and left > 0:
            left -= 1
            called = name(entry) or b""
            if called not in (b"", b".", b"..", b"/"):
                here = path + called.rstrip(b"/")
                folder = is_dir(entry)
                say("d" if folder else "f", "" if folder else length(entry), modified(entry), "", here)
                if folder and depth < DEEPEST:
                    inner = opendir(entry)
                    if inner:
                        walk(inner, here + b"/", depth + 1)
            entry = readdir(entry)

    walk(root, b"", 0)


class Dirent(Structure):
    _fields_ = [("kind", c_uint), ("name", c_char_p)]


def libudfread(image):
    library = ctypes.CDLL("libudfread.so.0")
    udf = function(library, "udfread_init", c_void_p)()
    if function(library, "udfread_open", c_int, c_void_p, c_char_p)(udf, image) < 0:
        sys.exit("libudfread opens nothing")
    opendir = function(library, "udfread_opendir", c_void_p, c_void_p, c_char_p)
    readdir = function(library, "udfread_readdir", POINTER(Dirent), c_void_p, POINTER(Dirent))
    closedir = function(library, "udfread_closedir", None, c_void_p)
    open_file = function(library, "udfread_file_open", c_void_p, c_void_p, c_char_p)
    close_file = function(library, "udfread_file_close", None, c_void_p)
    file_size = function(library, "udfread_file_size", c_int64, c_void_p)
    read = function(library, "udfread_file_read", c_ssize_t, c_void_p, c_char_p, c_size_t)
    buffer = ctypes.create_string_buffer(1 << 20)
    pending, left = [(b"", 0)], MOST
    while pending:
        path, depth = pending.pop()
        directory = opendir(udf, b"/" + path)
        if not directory:
            continue
        entry = Dirent()
        while left > 0 and readdir(directory, ctypes.byref(entry)):
            left -= 1
            if entry.name in (None, b"", b".", b".."):
                continue
            here = (path + b"/" if path else b"") + entry.name
            if entry.kind == 1:
                say("d", "", "", "", here)
                if depth < DEEPEST:
                    pending.append((here, depth + 1))
                continue
            opened = open_file(udf, b"/" + here)
            if not opened:
                say("f", "", "", "unreadable", here)
                continue
            digest, got = hashlib.sha256(), 1
            while got > 0:
                got = read(opened, buffer, len(buffer))
                digest.update(buffer.raw[: max(got, 0)])
            size = file_size(opened)
            close_file(opened)
            say("f", size, "", "unreadable" if got < 0 else digest.hexdigest(), here)
        closedir(directory)


{"libudf": libudf, "libudfread": libudfread}[sys.argv[1]](sys.argv[2].encode())
