# SPDX-License-Identifier: GPL-2.0-only
"""kcidb.py SCHEMA REPORT: a report against the schema, its ids against each other, none of it null."""
import json
import sys

import jsonschema


def no_null(value, where):
    if value is None:
        sys.exit(f"{where} is null")
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        no_null(child, f"{where}/{key}")


with open(sys.argv[1]) as f:
    schema = json.load(f)
with open(sys.argv[2]) as f:
    report = json.load(f)
jsonschema.Draft7Validator.check_schema(schema)
errors = list(jsonschema.Draft7Validator(schema).iter_errors(report))
for error in errors[:5]:
    print(f"{'/'.join(map(str, error.absolute_path))}: {error.message[:200]}")
if errors:
    sys.exit(1)
no_null(report, "")
checkouts = {c["id"] for c in report["checkouts"]}
builds = {b["id"] for b in report["builds"]}
assert all(b["checkout_id"] in checkouts for b in report["builds"]), "a build of no checkout"
assert all(t["build_id"] in builds for t in report["tests"]), "a test of no build"
ids = [t["id"] for t in report["tests"]]
assert len(set(ids)) == len(ids), "two tests of one id"
for test in report["tests"]:
    assert ("number" in test) == (test["status"] == "DONE"), f"{test['id']}: {test['status']} and its number"
states = [t["status"] for t in report["tests"]]
print(f"{len(ids)} tests, {states.count('DONE')} DONE, {states.count('SKIP')} SKIP")
