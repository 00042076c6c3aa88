#!/usr/bin/python3
"""Every test that docs/promise.md names is there under that name. Prints each one that is missing; exit status 1 then."""
import pathlib
import re
import sys


def sentences(root):
    """What the tests are called: C++ cases by their text, Python ones by their name without underscores."""
    for file in (root / "tests").rglob("*_test.cpp"):
        for case in re.finditer(r'TEST_CASE(?:_TEMPLATE)?\(\s*((?:"(?:[^"\\]|\\.)*"\s*)+)', file.read_text()):
            yield "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', case[1])).replace('\\"', '"')
    for file in (root / "tests").rglob("*_test.py"):
        for name in re.findall(r"def test_(\w+)\(", file.read_text()):
            yield name.replace("_", " ")


def named(root):
    for line in (root / "docs/promise.md").read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| ") and len(cells) == 2 and cells[1] != "test":
            yield cells[1]


if __name__ == "__main__":
    folder = pathlib.Path(sys.argv[1])
    known, wanted = set(sentences(folder)), list(named(folder))
    missing = [test for test in wanted if test not in known]
    print("\n".join(f"no test is called: {test}" for test in missing) or f"{len(wanted)} promises have their test")
    sys.exit(1 if missing or len(wanted) < 40 else 0)
