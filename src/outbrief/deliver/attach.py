"""Whether a file goes into a mail or is linked."""

_LINE = 76
DEFAULT_LIMIT = 10 * 1024 * 1024


def encoded_size(size_bytes: int) -> int:
    """Count the bytes that `size_bytes` take in a mail: base64 in lines of 76 characters, each with CR and LF."""
    letters = -(-size_bytes // 3) * 4
    return letters + 2 * -(-letters // _LINE)


def fits(size_bytes: int, limit_bytes: int = DEFAULT_LIMIT) -> bool:
    """Tell whether a file of `size_bytes` may be attached under a limit of `limit_bytes` after encoding."""
    return encoded_size(size_bytes) <= limit_bytes
