"""Reads an exposition from standard input with the reference parsers of Prometheus' Python client (Debian: python3-prometheus-client) and prints it as JSON.

usage: python3 parse-exposition.py openmetrics|prometheus
The parser of OpenMetrics is strict: it refuses families that are not together, series that are there twice, units that are no suffix, a missing # EOF.
"""

import json
import sys

if sys.argv[1] == "openmetrics":
    from prometheus_client.openmetrics.parser import text_string_to_metric_families
else:
    from prometheus_client.parser import text_string_to_metric_families

text = sys.stdin.buffer.read().decode("utf-8")
json.dump(
    [
        {
            "name": family.name,
            "type": family.type,
            "unit": family.unit,
            "help": family.documentation,
            "samples": [
                {"name": one.name, "labels": one.labels, "value": one.value, "at": None if one.timestamp is None else float(one.timestamp)}
                for one in family.samples
            ],
        }
        for family in text_string_to_metric_families(text)
    ],
    sys.stdout,
)
