"""Word-level tokenizers, and their `tokenizer.json`. The functions of the module are the small
world's."""

import re
from dataclasses import dataclass

from training.animals import COATS, SCARVES, SPECIES
from training.places import KINDS
from training.shots import ACTIONS, PASSERS

PAD, END, UNKNOWN = 0, 1, 2
TOKEN = re.compile(r"\w+|[^\w\s]+")  # a word, or a run of punctuation
TOKEN_COUNT = 32

_GRAMMAR = " ".join(
    (
        *SPECIES,
        *COATS,
        *SCARVES,
        *KINDS,
        *ACTIONS,
        PASSERS,
        "a an and with scarf in on the of to , . empty",
    )
)


@dataclass(frozen=True)
class Tokenizer:
    """`words[id]`, the first three special; a prompt is cut to `token_count` rows."""

    words: tuple
    token_count: int

    @staticmethod
    def of(words, token_count):
        return Tokenizer(("<pad>", "</s>", "<unk>", *sorted(set(words))), token_count)

    @property
    def ids(self):
        return {word: index for index, word in enumerate(self.words)}

    def encode(self, text):
        """Ids of a prompt: words and runs of punctuation in lower case, then `</s>`; not padded."""
        ids = self.ids
        words = TOKEN.findall(text.lower())
        return [ids.get(word, UNKNOWN) for word in words][: self.token_count - 1] + [END]

    def padded(self, text):
        ids = self.encode(text)
        return ids + [PAD] * (self.token_count - len(ids))


SMALL = Tokenizer.of(_GRAMMAR.split(), TOKEN_COUNT)
WORDS = list(SMALL.words)
IDS = SMALL.ids
encode, padded = SMALL.encode, SMALL.padded


def tokenizer_json(tokenizer=SMALL):
    """The same tokenizer in the format of the `tokenizers` library."""
    special = [
        {
            "id": index,
            "content": tokenizer.words[index],
            "single_word": False,
            "lstrip": False,
            "rstrip": False,
            "normalized": False,
            "special": True,
        }
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
            "pair": [
                {"Sequence": {"id": "A", "type_id": 0}},
                end,
                {"Sequence": {"id": "B", "type_id": 0}},
                end,
            ],
            "special_tokens": {"</s>": {"id": "</s>", "ids": [END], "tokens": ["</s>"]}},
        },
        "decoder": None,
        "model": {"type": "WordLevel", "vocab": tokenizer.ids, "unk_token": "<unk>"},
    }
