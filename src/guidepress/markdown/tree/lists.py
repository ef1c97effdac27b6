"""Task boxes, and list items whose text comes without <p>."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from markdown.treeprocessors import Treeprocessor

from guidepress.markdown.instance import Instance


class FinishLists(Treeprocessor):
    """Puts boxes before tasks, and the text of tight items into the items themselves."""

    md: Instance

    def run(self, root: Element) -> None:
        """Finish the items of all trees."""
        state = self.md.state
        for tree in state.trees(root):
            for item in [e for e in tree.iter() if e.tag in ("li", "dd")]:
                if len(item) and (ticked := state.tasks.get(item[0])) is not None:
                    _task(item, item[0], ticked)
                if item in state.tight:
                    _tighten(item)


def _task(item: Element, paragraph: Element, ticked: bool) -> None:
    box = Element("input", {"type": "checkbox", "disabled": ""})
    if ticked:
        box.set("checked", "")
    box.tail = f" {paragraph.text or ''}"
    paragraph.text = None
    paragraph.insert(0, box)
    item.set("class", " ".join(["task-list-item", *(item.get("class") or "").split()]))


def _tighten(item: Element) -> None:
    children = list(item)
    for child in children:
        item.remove(child)
    item.text = None
    last: Element | None = None

    def write(text: str | None) -> None:
        if not text:
            return
        if last is None:
            item.text = (item.text or "") + text
        else:
            last.tail = (last.tail or "") + text

    for at, child in enumerate(children):
        if child.tag != "p":
            if at:
                # Keeps the words of neighbours apart where tags are stripped.
                write("\n")
            item.append(child)
            last = child
            continue
        if at:
            write("\n")
        for name, value in child.items():
            if name != "data-line":
                item.set(name, value)
        write(child.text)
        for inline in child:
            item.append(inline)
            last = inline
