"""What a page needs: addresses that are safe to link, and colours that can be read."""

from __future__ import annotations

from functools import lru_cache

from channels.names import clean


def web_url(url: str | None) -> str:
    """The URL if it is one for the web, else nothing: a script or a file has no business in a letter."""
    url = clean(url)
    return url if url.lower().startswith(("https://", "http://")) and " " not in url else ""


def host_of(url: str) -> str:
    """The host of a URL, shown beside a button so that a careful reader knows where it leads."""
    return url.split("/", 3)[2].rsplit("@", 1)[-1].split("?", 1)[0].split("#", 1)[0]


@lru_cache(maxsize=256)
def readable_on(colour: str) -> str:
    """Black or white, whichever stands out more on a `#rrggbb` colour (WCAG 2 relative luminance)."""

    def linear(channel: int) -> float:
        part = channel / 255
        return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(int(colour[i : i + 2], 16)) for i in (1, 3, 5))
    luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return "#ffffff" if 1.05 / (luminance + 0.05) >= (luminance + 0.05) / 0.05 else "#000000"
