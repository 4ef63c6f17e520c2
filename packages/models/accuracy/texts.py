"""Real texts for calibration and for measuring accuracy, from unpacked packages.

usage: texts.py PACKAGES OUT

PACKAGES holds unpacked Debian packages: debian-faq* (calibration), debian-handbook and
fortunes* (measuring; other authors, more languages, other subjects). Writes
OUT/calibration.txt and OUT/measured.txt, one text a line, always the same ones.
"""

import glob
import gzip
import html
import os
import random
import re
import sys

CALIBRATION_PER_LANGUAGE = 40
HANDBOOK_PER_LANGUAGE = 50
FORTUNES_PER_FILE = 12


def usable(texts):
    """Texts that are mostly letters, cut of white space, each once."""
    seen = set()
    for text in texts:
        text = re.sub(r"\s+", " ", text).strip()
        letters = sum(c.isalpha() for c in text)
        if 3 <= len(text) <= 3000 and letters > 0.55 * len(text) and text not in seen:
            seen.add(text)
            yield text


def sentences(text):
    """A paragraph's sentences."""
    return re.split(r"(?<=[.!?])\s+|(?<=[。！？])", text)


def mixed(paragraphs):
    """Whole paragraphs and single sentences by turns: texts of varied length."""
    for at, paragraph in enumerate(paragraphs):
        if at % 3 == 0:
            yield paragraph
        else:
            yield from sentences(paragraph)


def pick(texts, count, key):
    """`count` of the texts, always the same."""
    texts = list(usable(texts))
    random.Random(key).shuffle(texts)
    return texts[:count]


def faq(path):
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return mixed(file.read().split("\n\n"))


def handbook(folder):
    for path in sorted(glob.glob(f"{folder}/*.html")):
        with open(path, encoding="utf-8") as file:
            page = file.read()
        parts = re.findall(r'<div class="para">(.*?)</div>|<h2 class="title">(.*?)</h2>', page, re.S)
        parts = ["".join(groups) for groups in parts]
        yield from mixed([html.unescape(re.sub(r"<[^>]*>", "", part)) for part in parts])


def fortunes(path):
    with open(path, encoding="utf-8", errors="ignore") as file:
        return mixed(re.split(r"\n%\n", file.read()))


def main(packages, out):
    calibration = []
    for path in sorted(glob.glob(f"{packages}/debian-faq*/usr/share/doc/debian/FAQ/*.*.txt.gz")):
        calibration += pick(faq(path), CALIBRATION_PER_LANGUAGE, os.path.basename(path))
    measured = []
    for folder in sorted(glob.glob(f"{packages}/debian-handbook/usr/share/doc/debian-handbook/html/*-*")):
        measured += pick(handbook(folder), HANDBOOK_PER_LANGUAGE, os.path.basename(folder))
    for path in sorted(glob.glob(f"{packages}/fortunes*/usr/share/games/fortunes/**", recursive=True)):
        if os.path.isfile(path) and not path.endswith((".dat", ".u8")) and "/off" not in path:
            measured += pick(fortunes(path), FORTUNES_PER_FILE, os.path.basename(path))
    known = set(calibration)
    measured = [text for text in usable(measured) if text not in known]
    for name, texts in ("calibration", calibration), ("measured", measured):
        with open(f"{out}/{name}.txt", "w", encoding="utf-8") as file:
            file.writelines(text + "\n" for text in texts)
        print(f"{name}: {len(texts)} texts", file=sys.stderr)


main(*sys.argv[1:])
