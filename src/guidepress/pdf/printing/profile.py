"""The ICC profile of a printing condition: what it calls itself, and one that a package brings."""

from __future__ import annotations

import io


def described(data: bytes) -> str:
    """What a profile calls itself, in one line."""
    from PIL import ImageCms

    name = ImageCms.ImageCmsProfile(io.BytesIO(data)).profile.profile_description or ""
    return " ".join(name.split()) or "CMYK"


def packaged() -> bytes | None:
    """The CMYK profile that libvips has in it, in the public domain; None where the extra `press` is not installed.

    It is of a chemical proof, which is no standard printing condition: one to try with, until the printer's is there.
    """
    try:
        import _libvips
    except ImportError:
        return None
    ffi, library = _libvips.ffi, _libvips.lib
    if library.vips_init(b"guidepress"):
        return None
    operation = library.vips_operation_new(b"profile_load")
    library.vips_object_set_from_string(ffi.cast("VipsObject *", operation), b"name=cmyk")
    built = library.vips_cache_operation_build(operation)
    value, size = ffi.new("GValue *"), ffi.new("size_t *")
    library.g_value_init(value, library.g_type_from_name(b"VipsBlob"))
    library.g_object_get_property(ffi.cast("GObject *", built), b"profile", value)
    return bytes(ffi.buffer(library.vips_value_get_blob(value, size), size[0]))
