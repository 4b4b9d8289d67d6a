"""Run by test_matrix.py in each of its environments: what a dataset's DataFrames hold, and that they come back as they were."""

from __future__ import annotations

import sys

from sds2gen3 import NodeTable, Table, convert, load_dictionary, load_mapping, read_dataset


def main(folder: str) -> None:
    dataset = read_dataset(folder)
    graph = convert(dataset, load_mapping("sds"), load_dictionary("sds"), dataset="d", program="p", project="p")
    for table in [table for tables in dataset.tables.values() for table in tables]:
        back = Table.from_frame(table.name, table.frame, table.file, table.sheet)
        same = {name: list(column) for name, column in table.columns.items()} == dict(back.columns)
        print(table.file, same, list(back.rows) == list(table.rows), table.frame.to_csv(), sep="\n")
    for name, nodes in graph.nodes.items():
        back_nodes = NodeTable.from_frame(name, nodes.frame)
        print(name, list(back_nodes.records()) == list(nodes.records()), nodes.frame.to_csv(index=False), sep="\n")


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    main(sys.argv[1])
