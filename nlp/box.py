"""A place in an image. Standard library only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Box:
    """A rectangle in pixels, from the image's upper left corner."""

    x: int
    y: int
    width: int
    height: int

    @classmethod
    def around(cls, points: Iterable[tuple[float, float]]) -> Box:
        """The smallest box that holds all points."""
        xs, ys = zip(*points, strict=True)
        left, top = max(0, int(min(xs))), max(0, int(min(ys)))
        return cls(left, top, round(max(xs)) - left, round(max(ys)) - top)

    @property
    def right(self) -> int:
        return self.x + self.width

    @property
    def bottom(self) -> int:
        return self.y + self.height

    def moved(self, x: int, y: int) -> Box:
        """The same box, seen from a corner that lies so much further up and left."""
        return Box(self.x + x, self.y + y, self.width, self.height)

    def joined(self, other: Box) -> Box:
        """The smallest box that holds both."""
        return Box.around(
            ((self.x, self.y), (self.right, self.bottom), (other.x, other.y), (other.right, other.bottom))
        )

    def shared(self, other: Box) -> int:
        """Pixels that lie in both."""
        width = min(self.right, other.right) - max(self.x, other.x)
        height = min(self.bottom, other.bottom) - max(self.y, other.y)
        return max(0, width) * max(0, height)

    def fragment(self) -> str:
        """As a media fragment (W3C): what is put behind an image's address to name a place in it."""
        return f"#xywh={self.x},{self.y},{self.width},{self.height}"
