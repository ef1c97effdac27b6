"""The roadmap's graph and the study plan: arithmetic only."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from guidepress.book.model import Book, HandbookOptions, Stage
from guidepress.handbook.plan import study_plan
from guidepress.handbook.press import prepare
from guidepress.handbook.roadmap import Graph, depths, graph
from guidepress.layouts import Layout
from guidepress.pdf import compile_section
from tests.contents import make, replace


def stages(*needs: tuple[int, ...], hours: int = 10) -> list[Stage]:
    """Stages 1, 2, … with the numbers of those they need."""
    return [
        make(Stage, f"s{n}", n, f"Stage {n}", "", (), tuple(f"s{m}" for m in needed), hours, (), ())
        for n, needed in enumerate(needs, 1)
    ]


def drawn(*needs: tuple[int, ...]) -> Graph:
    return graph(stages(*needs), width=170, node_height=20, row_gap=10, column_gap=5)


# The needs of stage n are some of the stages before it.
NEEDS = st.integers(1, 12).flatmap(
    lambda count: st.tuples(
        *(
            st.sets(st.integers(1, max(1, n)), max_size=3).map(
                lambda found, n=n: tuple(sorted(m for m in found if m <= n))
            )
            for n in range(count)
        )
    )
)


def test_a_stage_stands_below_all_it_needs() -> None:
    assert depths(stages((), (1,), (1,), (2, 3), (1, 4))) == {
        "s1": 0, "s2": 1, "s3": 1, "s4": 2, "s5": 3,
    }  # fmt: skip


def test_from_right_to_left_the_first_stage_of_a_row_is_the_rightmost() -> None:
    """Boxes and lines together: each line still begins and ends in the middle of its boxes."""
    drawing = drawn((), (1,), (1,)).mirrored()
    left = {node.stage.id: node.left for node in drawing.nodes}
    assert left["s2"] > left["s3"]
    for line in drawing.lines:
        for end, (x, _) in ((line.start, line.points[0]), (line.end, line.points[-1])):
            assert abs(x - left[end] - drawing.node_width / 2) < 0.01


def test_needs_in_a_circle_do_no_harm() -> None:
    assert len(drawn((2,), (1,), (9,)).nodes) == 3


@given(NEEDS, st.booleans())
def test_nodes_stand_apart_and_inside(needs: tuple[tuple[int, ...], ...], turned: bool) -> None:
    drawing = drawn(*needs)
    drawing = drawing.mirrored() if turned else drawing
    for node in drawing.nodes:
        assert node.left >= -0.01
        assert node.left + drawing.node_width <= drawing.width + 0.01
        assert node.top + drawing.node_height <= drawing.height + 0.01
    for one, other in combinations(drawing.nodes, 2):
        apart = abs(one.left - other.left) >= drawing.node_width
        assert one.top != other.top or apart


@given(NEEDS)
def test_every_need_is_a_line_from_foot_to_head(needs: tuple[tuple[int, ...], ...]) -> None:
    drawing = drawn(*needs)
    place = {node.stage.id: node for node in drawing.nodes}
    wanted = {(f"s{m}", f"s{n}") for n, needed in enumerate(needs, 1) for m in needed}
    assert {(line.start, line.end) for line in drawing.lines} == wanted
    for line in drawing.lines:
        heights = [y for _, y in line.points]
        assert heights == sorted(heights)
        assert heights[0] == place[line.start].top + drawing.node_height
        assert heights[-1] == place[line.end].top


def test_the_plan_counts_weeks() -> None:
    plan = study_plan(stages((), (1,), (1,), hours=25), (5, 10))
    assert plan is not None
    assert plan.hours == 75
    assert [(pace.hours, pace.weeks) for pace in plan.paces] == [(5, 15), (10, 8)]
    assert [line.weeks for line in plan.lines] == [
        ((1, 5), (1, 3)),
        ((6, 10), (3, 5)),
        ((11, 15), (6, 8)),
    ]


def test_there_is_no_plan_without_hours() -> None:
    assert study_plan(stages((), hours=0), (5,)) is None


def test_no_stage_of_the_list_stands_alone_on_its_page(sample: Book, layout: Layout) -> None:
    """Small pages have a list instead of the drawing."""
    ready = prepare(replace(sample, handbook=HandbookOptions(page="A5")), layout).value
    assert ready is not None
    draft = next(one for one in ready.drafts if one.name.startswith("chapter-"))
    head = draft.filled(None).partition("<body>")[0]
    for count in range(12, 18):
        items = "".join(
            f'<li id="s{n}"><strong>Stage</strong><br><span class="facts">10 hours</span></li>'
            for n in range(count)
        )
        html = f'{head}<body><main class="chapter"><ol class="stages">{items}</ol></main></body></html>'
        anchors = compile_section(draft.section(html, ready.styles[draft.tab], ready.files)).anchors
        places = [anchors[f"s{n}"].page for n in range(count)]
        assert places.count(places[-1]) > 1, count
