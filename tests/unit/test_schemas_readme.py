"""The mapping examples of schemas/README.md load, fit the bundled dictionary and convert a sample."""

from __future__ import annotations

import re
from pathlib import Path

from sds2gen3 import convert, load_dictionary, load_mapping, read_dataset
from sds2gen3.mapping import check
from sds2gen3.mapping.transforms import ARGUMENTS
from sds2gen3.sheets.layouts.layout import table_fields

README = Path(__file__).parents[2] / "schemas/README.md"
MAPPINGS = README.read_text(encoding="utf-8").partition("## Mappings")[2]


def test_the_examples_make_a_mapping_that_works(tmp_path: Path) -> None:
    blocks = re.findall(r"```yaml\n# ([\w.]+)\n(.*?)```", MAPPINGS, re.DOTALL)
    assert [name for name, _ in blocks] == ["mapping.yaml", "case.yaml", "sample.yaml"]
    for name, text in blocks:
        (tmp_path / name).write_text(text, encoding="utf-8")
    mapping, dictionary = load_mapping(tmp_path), load_dictionary("sds")
    assert {d.code for d in check(mapping, dictionary, table_fields())} <= {"M328"}
    sample = README.parents[1] / "sample_datasets/vagus-stimulation-2.0.0/dataset"
    graph = convert(read_dataset(sample), mapping, dictionary)
    assert {record["genotype"] for record in graph.nodes["case"].records()} == {"wild type"}


def test_every_transform_is_named() -> None:
    assert {name for name in ARGUMENTS if f"`{name}" not in MAPPINGS} == set()
