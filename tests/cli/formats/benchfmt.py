# SPDX-License-Identifier: GPL-2.0-only
"""benchfmt.py FILE: read Go's benchmark format as benchstat's reader does, and refuse what it refuses.

Rules of golang.org/design/14313-benchmark-format and 43744 (units). Prints a line a
benchmark and unit: the name, how many values, their median.
"""
import re
import statistics
import sys

SPACE = re.compile(r"[\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+")
LONGEST = 65535  # of a line that it takes
FLOAT = re.compile(r"[+-]?(\d+\.?\d*([eE][+-]?\d+)?|\.\d+([eE][+-]?\d+)?)$")


def fields(line):
    return [f for f in SPACE.split(line) if f]


def result(line, number):
    words = fields(line[len("Benchmark"):])
    if len(words) < 4 or len(words) % 2:
        sys.exit(f"line {number}: a name, a count, and pairs of value and unit: {line!r}")
    if not words[0][0].isupper():
        sys.exit(f"line {number}: the name goes on in lower case: {line!r}")
    if not re.fullmatch(r"[+-]?\d+", words[1]):
        sys.exit(f"line {number}: no number of iterations: {words[1]!r}")
    for value in words[2::2]:
        if not FLOAT.fullmatch(value):
            sys.exit(f"line {number}: no number: {value!r}")
    if len(set(words[3::2])) != len(words[3::2]):
        sys.exit(f"line {number}: a unit twice: {line!r}")
    return words[0], {unit: float(value) for value, unit in zip(words[2::2], words[3::2])}


def unit(line, units, number):
    words = fields(line)
    if len(words) < 3 or any(word.find("=") < 1 for word in words[2:]):
        sys.exit(f"line {number}: a unit, and pairs key=value: {line!r}")
    for word in words[2:]:
        key, value = word.split("=", 1)
        if units.setdefault((words[1], key), value) != value:
            sys.exit(f"line {number}: {words[1]} was said to be otherwise: {line!r}")
        if (key, value) not in (("better", "lower"), ("better", "higher"), ("assume", "exact"), ("assume", "nothing")):
            sys.exit(f"line {number}: nobody knows {word!r}")


with open(sys.argv[1], "rb") as f:
    text = f.read().decode("utf-8")  # it takes no other
results, units, config, own = {}, {}, {}, set()
for number, line in enumerate(text.split("\n"), 1):
    if len(line.encode()) > LONGEST:
        sys.exit(f"line {number}: longer than it takes")
    if line.startswith("Benchmark"):
        name, values = result(line, number)
        own.update(list(values)[:2])  # a call, a page; the others are of events, that nobody judges
        for key, value in values.items():
            results.setdefault((name, key), []).append(value)
    elif fields(line)[:1] == ["Unit"]:
        unit(line, units, number)
    elif re.match(r"[a-z][^\sA-Z:]*:([ \t]|$)", line):
        config[line.split(":")[0]] = line.split(":", 1)[1].strip()
    elif line and not line.startswith("#"):
        sys.exit(f"line {number}: would be passed over without a word: {line!r}")
for (name, key), values in results.items():
    assert ((key, "better") in units) == (key in own), f"{key}: which way is better?"
    if units.get((key, "assume")) == "exact":
        assert len(set(values)) == 1, f"{name}: said to be exact, and differs"
    print(name, key, len(values), "%.17g" % statistics.median(values))
print("config", *sorted(config))
