"""The columns of a node's template, which exports use too, and the endpoints for templates and the dictionary."""

from __future__ import annotations

import csv
import io
import json
import tarfile
from collections.abc import Mapping
from typing import Any

from werkzeug.wrappers import Response

from sds2gen3.sandbox.commons import Commons
from sds2gen3.sandbox.http import Call, Refusal, answer, attachment
from sds2gen3.sandbox.schemas import Schemas, Shape

DELIMITERS = {"csv": ",", "tsv": "\t"}


def columns(schemas: Schemas, shape: Shape, without_id: bool = True) -> list[str]:
    """The header of a table of this node: key, links, required and other properties; a star marks the required ones."""
    schema = shape.served
    first = ["type", "id", *sorted({key for keys in schema.get("uniqueKeys", []) for key in keys} - {"id"})]
    required = schema.get("required", [])
    rest = sorted(name for name in schema.get("properties", {}) if name not in first)
    links = [name for name in rest if name in shape.links]
    must = [name for name in rest if name in required and name not in links]
    other = [name for name in rest if name not in required and name not in links]
    found = []
    for name in [*first, *links, *must, *other]:
        if _hidden(name, shape, without_id):
            continue
        star = "*" if name in required else ""
        keys = _link_keys(schemas, shape, name, without_id) if name in shape.links else None
        found += [f"{star}{name}.{key}" for key in keys] if keys is not None else [f"{star}{name}"]
    return [*found, "urls"] if shape.category == "data_file" else found


def _hidden(name: str, shape: Shape, without_id: bool) -> bool:
    if name == "id":
        return without_id
    return name in shape.system and name != "project_id"


def _link_keys(schemas: Schemas, shape: Shape, name: str, without_id: bool) -> list[str]:
    target = schemas.get(shape.links[name].get("target_type"))
    keys = [key for key in target.keys if key != "project_id"] if target else []
    return keys if without_id else ["id", *keys]


def template(commons: Commons, call: Call) -> Response:
    """A template of one node, for any or for one project [300, 860-863, 867, 9791]."""
    if "project" in call.path:
        commons.known_project(call)
    name, form = str(call.path["node"]), call.request.args.get("format", "tsv")
    body = _template(commons.schemas, name, form)
    return attachment(body, "application/octet-stream", f"submission_{name}_template.{form}")


def _template(schemas: Schemas, name: str, form: str) -> str:
    shape = schemas.get(name)
    if shape is None:
        raise Refusal(404, f"Entity type {name} is not in dictionary")
    if form == "json":
        return json.dumps(_json_template(schemas, shape), indent=2, ensure_ascii=False)
    if form not in DELIMITERS:
        raise Refusal(400, f"Format {form} is not supported; supported formats are: csv,tsv,json.")
    output = io.StringIO()
    writer = csv.writer(output, delimiter=DELIMITERS[form])
    header = columns(schemas, shape)
    writer.writerows([header, [name, *[""] * (len(header) - 1)]])
    return output.getvalue()


def _json_template(schemas: Schemas, shape: Shape) -> Mapping[str, Any]:
    filled: dict[str, Any] = {}
    required = shape.served.get("required", [])
    for name in sorted(shape.served.get("properties", {})):
        if _hidden(name, shape, without_id=True):
            continue
        value: Any = shape.name if name == "type" else None
        if name in shape.links:
            value = dict.fromkeys(_link_keys(schemas, shape, name, without_id=True))
        filled[f"*{name}" if name in required else name] = value
    return {**filled, "urls": None} if shape.category == "data_file" else filled


def templates(commons: Commons, call: Call) -> Response:
    """The templates of all nodes: a list as JSON, else an archive [864, 865]."""
    if "project" in call.path:
        commons.known_project(call)
    form = call.request.args.get("format", "tsv")
    wanted = [one for one in call.request.args.get("categories", "").split(",") if one]
    shapes = [one for one in commons.schemas.shapes.values() if one.owned and (not wanted or one.category in wanted)]
    if form == "json":
        body: str | bytes = json.dumps([_json_template(commons.schemas, shape) for shape in shapes], indent=2)
    else:
        body = _archive({f"{shape.name}.{form}": _template(commons.schemas, shape.name, form) for shape in shapes})
    suffix = "json" if form == "json" else "tar.gz"
    return attachment(body, "text/html; charset=utf-8", f"submission_templates.{suffix}")


def _archive(files: Mapping[str, str]) -> bytes:
    output = io.BytesIO()
    with tarfile.open(mode="w|gz", fileobj=output) as archive:
        for name, text in files.items():
            content = text.encode()
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return output.getvalue()


def dictionary(commons: Commons, call: Call) -> Response:
    """The links to all entries; a project's own listing asks for a token [850, 855, 856, 869]."""
    where = call.base
    if "project" in call.path:
        commons.known_project(call)
        commons.lister(call)
        where = f"{call.base}/{call.program}/{call.project}"
    names = [*commons.schemas.shapes, "_all"]
    return answer({"links": [f"{where}/_dictionary/{name}" for name in names]})


def dictionary_entry(commons: Commons, call: Call) -> Response:
    """One entry, or all of the document [851-854, 857]."""
    if "project" in call.path:
        commons.known_program(call)
        commons.lister(call)
    name, document = str(call.path["entry"]), commons.schemas.document
    if name == "_all":
        return answer(document)
    if name not in document:
        raise Refusal(404, f"Entry {name} not in dictionary")
    return answer(document[name])
