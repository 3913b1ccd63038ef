from collections import Counter

from crawler.extensions.progress import count_kinds


def test_kinds_leave_out_what_differs_from_url_to_url() -> None:
    endings = Counter(
        {
            "captured": 9,
            "failed: http 404": 2,
            "failed: timeout": 1,
            "refused: trap: calendar /c, 31 asked for": 3,
            "refused: trap: redirect loop": 1,
            "refused: budget: pages": 4,
            "refused: guard: a.test is at 10.0.0.1": 1,
        }
    )
    assert count_kinds(endings, "failed: ") == {"http 404": 2, "timeout": 1}
    assert count_kinds(endings, "refused: ") == {"trap": 4, "budget: pages": 4, "guard": 1}
