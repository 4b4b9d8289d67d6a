"""Records of a commons as files: json, jsonl, tsv, csv, xlsx."""

from sds2gen3.write.exported.forms import FORMS, Sheet
from sds2gen3.write.exported.output import Exported, write_file, write_folder, write_stream

__all__ = ["FORMS", "Exported", "Sheet", "write_file", "write_folder", "write_stream"]
