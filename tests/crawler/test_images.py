"""What a page tells of its images is checked: its own scripts may have had a hand in it."""

from __future__ import annotations

from typing import Any

import pytest

from crawler.images import FARTHEST, MOST_IMAGES, read_shown


def row(**told: Any) -> dict[str, Any]:
    return {
        "url": "http://a.test/b.png",
        "x": 0,
        "y": 0,
        "width": 300,
        "height": 90,
        "area": 27_000,
        "side": 90,
        **told,
    }


def test_it_works() -> None:
    larger = row(url="http://a.test/c.png", area=90_000)
    assert [image.url for image in read_shown([row(), larger])] == ["http://a.test/c.png", "http://a.test/b.png"]


def test_each_address_is_told_once_where_it_is_shown_largest() -> None:
    [image] = read_shown([row(), row(x=5, width=600, area=54_000)])
    assert image.box == (5, 0, 600, 90)


def test_drawings_without_an_address_are_told_apart_by_their_place() -> None:
    assert len(read_shown([row(url=""), row(url="", y=500), row(url="", y=500)])) == 2


@pytest.mark.parametrize("told", [row(area=6_399), row(side=23), row(width=-5, area=0)])
def test_icons_and_rules_are_left_out(told: dict[str, Any]) -> None:
    assert read_shown([told]) == []


def test_a_page_of_a_thousand_images_tells_its_largest() -> None:
    assert len(read_shown([row(url=f"http://a.test/{n}.png") for n in range(1_000)])) == MOST_IMAGES


@pytest.mark.parametrize(
    "told",
    [
        None,
        "x",
        7,
        {},
        [None],
        [[]],
        ["x"],
        [row(x=None)],
        [row(x="a")],
        [row(area=float("nan"))],
        [row(y=float("inf"))],
    ],
)
def test_nonsense_is_no_image(told: object) -> None:
    assert read_shown(told) == []


def test_places_beyond_any_page_and_broken_addresses_are_mended() -> None:
    [image] = read_shown([row(url="http://a.test/\ud800", x=-(10**12), height=10**12)])
    assert (image.url, image.box) == ("http://a.test/?", (-FARTHEST, 0, 300, FARTHEST))
