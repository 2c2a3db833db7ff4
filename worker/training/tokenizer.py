"""The word-level tokenizer of the toybox grammar, and its `tokenizer.json`."""

import re

from training.animals import COATS, SCARVES, SPECIES
from training.places import KINDS
from training.shots import ACTIONS, PASSERS

PAD, END, UNKNOWN = 0, 1, 2
TOKEN_COUNT = 32

_GRAMMAR = " ".join(
    (*SPECIES, *COATS, *SCARVES, *KINDS, *ACTIONS, PASSERS, "a an and with scarf in on the of to , . empty")
)
WORDS = ["<pad>", "</s>", "<unk>", *sorted(set(_GRAMMAR.split()))]
IDS = {word: index for index, word in enumerate(WORDS)}


def encode(text):
    """Ids of a prompt: words and runs of punctuation in lower case, then `</s>`; not padded."""
    words = re.findall(r"\w+|[^\w\s]+", text.lower())
    return [IDS.get(word, UNKNOWN) for word in words][: TOKEN_COUNT - 1] + [END]


def padded(text):
    ids = encode(text)
    return ids + [PAD] * (TOKEN_COUNT - len(ids))


def tokenizer_json():
    """The same tokenizer in the format of the `tokenizers` library."""
    special = [
        {"id": index, "content": WORDS[index], "single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
        for index in (PAD, END, UNKNOWN)
    ]
    end = {"SpecialToken": {"id": "</s>", "type_id": 0}}
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": special,
        "normalizer": {"type": "Lowercase"},
        "pre_tokenizer": {"type": "Whitespace"},
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [{"Sequence": {"id": "A", "type_id": 0}}, end],
            "pair": [{"Sequence": {"id": "A", "type_id": 0}}, end, {"Sequence": {"id": "B", "type_id": 0}}, end],
            "special_tokens": {"</s>": {"id": "</s>", "ids": [END], "tokens": ["</s>"]}},
        },
        "decoder": None,
        "model": {"type": "WordLevel", "vocab": IDS, "unk_token": "<unk>"},
    }
