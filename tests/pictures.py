"""Pictures made for a test."""

import io

from PIL import Image


def picture(width: int, height: int, *, mode: str = "RGB", form: str = "PNG", colour: object = None, **how) -> bytes:
    file = io.BytesIO()
    Image.new(mode, (width, height), colour if colour is not None else 0).save(file, format=form, **how)
    return file.getvalue()


def png(width: int, height: int, **how) -> bytes:
    return picture(width, height, form="PNG", **how)


def jpeg(width: int, height: int, **how) -> bytes:
    return picture(width, height, form="JPEG", **how)
