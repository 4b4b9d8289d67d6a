"""Run by a Python that has `dictionaryutils`: loads dictionaries as a Gen3 server does, and tells what it made of them.

    python dictionaryutils_check.py FOLDER_OR_JSON...

Prints, for each, one line of JSON: {node: schema as the server applies it}. Stops with a traceback where the package
refuses a dictionary, or where a node does not fit the package's metaschema.
"""

import io
import json
import os
import sys
import types
from contextlib import redirect_stdout

from dictionaryutils import DataDictionary

# The package's own test imports a dictionary package that is made from the dictionary; it uses only these two names.
sys.modules["gdcdictionary"] = types.SimpleNamespace(gdcdictionary=None, SCHEMA_DIR=".")

from dictionaryutils.schema_test import validate_schemata  # noqa: E402

for source in sys.argv[1:]:
    if os.path.isdir(source):
        dictionary = DataDictionary(root_dir=os.path.abspath(source))
    else:
        dictionary = DataDictionary(local_file=os.path.abspath(source))
    with redirect_stdout(io.StringIO()):
        validate_schemata(dictionary.schema, dictionary.metaschema)
    print(json.dumps(dictionary.schema))
