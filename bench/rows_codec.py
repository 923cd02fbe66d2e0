"""Messages to bytes and back."""

from stage import Stage
from table import Row, at_most


def codec(stage: Stage) -> list[Row]:
    """Encode and decode one message of five fields; the program itself takes the codecs in turn."""
    found = stage.run("in-process", "codec", 15)
    return [
        Row("Codable CBOR, both ways", "ns", found["cbor"], "swift-protobuf", found["protobuf"], at_most(3)),
        Row("Codable CBOR, both ways", "ns", found["cbor"], "Foundation JSON", found["json"], at_most(0.2)),
    ]
