"""The Gen3 side: data dictionaries, loaded as the server reads them, and checked."""

from sds2gen3.dictionary.check import check
from sds2gen3.dictionary.load import from_json, load
from sds2gen3.dictionary.types import Dictionary, Link, LinkGroup, NodeType, Property

__all__ = ["Dictionary", "Link", "LinkGroup", "NodeType", "Property", "check", "from_json", "load"]
