# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The shape of a customer's chain: plain functions over ids."""

from collections.abc import Mapping


def find_roots(parents: Mapping[int, int | None]) -> dict[int, int]:
    """Return of each document the one that its line of versions began with.

    A parent that is not among the documents ends the line: it may be of another
    company. Nor does a line that bites its own tail, which only wrong data can, ever
    end: it began with the lowest of its ids.

    :param parents: the document that each comes from, by id

    >>> find_roots({1: None, 2: 1, 3: 2, 4: None, 5: 99})
    {1: 1, 2: 1, 3: 1, 4: 4, 5: 5}
    >>> find_roots({2: 1, 1: 2, 3: 1})
    {2: 1, 1: 1, 3: 1}
    """
    roots: dict[int, int] = {}
    for start in parents:
        line = [start]
        while line[-1] not in roots:
            parent = parents.get(line[-1])
            if parent is None or parent not in parents:
                roots[line[-1]] = line[-1]
            elif parent in line:
                loop = line[line.index(parent) :]
                roots.update(dict.fromkeys(loop, min(loop)))
            else:
                line.append(parent)
        roots.update(dict.fromkeys(line, roots[line[-1]]))
    return {document: roots[document] for document in parents}
