"""Invented records in the official raw formats."""
import json


def _jsonl(*records):
    return "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records)


def _tsv(*rows):
    return "".join("\t".join(row) + "\n" for row in rows)


# ---- nli
def _anli(uid, context, hypothesis, label, **more):
    return {"uid": uid, "context": context, "hypothesis": hypothesis, "label": label, "model_label": "n",
            "emturk": False,
            "genre": "wiki", "reason": "", "tag": "x", **more}


_PARROT = "Mira owns two cats and a parrot."
_ANLI = {}
for _p in ("R1", "R2", "R3"):
    _ANLI[f"anli_v0.1/{_p}/train.jsonl"] = _jsonl(
        _anli(f"{_p}-1", _PARROT + f" This is round {_p}.", "Mira has a pet bird.", "e"),
        _anli(f"{_p}-2", "The Lund bridge (Swedish: \"Lundabron\") opened in 1931.\u2028It is 90 m long.",
              "The bridge is red.", "n"),
        _anli(f"{_p}-3", "Tom was born in Oslo and never left it.", "Tom has lived in Rome.", "c"))
    _ANLI[f"anli_v0.1/{_p}/dev.jsonl"] = _jsonl(
        _anli(f"{_p}-4", "Café Olé closes at nine.", "It is open at noon.", "n"),
        _anli(f"{_p}-5", "Eva won the race.", "Eva lost the race.", "c"),
        _anli(f"{_p}-6", "Eva won the race.", "Someone won the race.", "e"))
    _ANLI[f"anli_v0.1/{_p}/test.jsonl"] = _jsonl(
        _anli(f"{_p}-7", "The lamp is on the desk.", "The desk is under the lamp.", "e"),
        _anli(f"{_p}-8", "The lamp is on the desk.", "The lamp is new.", "n"),
        _anli(f"{_p}-9", "The lamp is on the desk.", "The lamp is on the floor.", "c"),
        _anli(f"{_p}-10", "It snowed on Monday.", "It did not snow on Monday.", "c"))

_MNLI_HEAD = ("index", "promptID", "pairID", "genre", "sentence1_binary_parse", "sentence2_binary_parse",
              "sentence1_parse",
              "sentence2_parse", "sentence1", "sentence2")


def _mnli_train(i, genre, a, b, label):
    return (str(i), "31", "31n", genre, "( ... )", "( ... )", "(ROOT ...)", "(ROOT ...)", a, b, label, label)


def _mnli_dev(i, genre, a, b, label):
    return (str(i), "31", "31n", genre, "( ... )", "( ... )", "(ROOT ...)", "(ROOT ...)", a, b,
            label, label, "neutral", label, label, label)


_MNLI_DEV_HEAD = _MNLI_HEAD + ("label1", "label2", "label3", "label4", "label5", "gold_label")
_MNLI = {
    "MNLI/train.tsv": _tsv(
        _MNLI_HEAD + ("label1", "gold_label"),
        _mnli_train(0, "fiction", "The bus left early.", "Nobody took the bus.", "neutral"),
        _mnli_train(1, "telephone", "\"uh we we never go there",  # lone quote
                    "The speaker goes there \"often\".", "contradiction"),
        _mnli_train(2, "travel", "The old town has three inns and a caf\u00e9\u0085.",
                    "There are inns in the old town.", "entailment")),
    "MNLI/dev_matched.tsv": _tsv(
        _MNLI_DEV_HEAD,
        _mnli_dev(0, "slate", "Prices rose in May.", "Prices fell in May.", "contradiction"),
        _mnli_dev(1, "slate", "Prices rose in May.", "Prices changed in May.", "entailment"),
        _mnli_dev(2, "slate", "Prices rose in May.", "Prices rose in June.", "neutral")),
    "MNLI/dev_mismatched.tsv": _tsv(
        _MNLI_DEV_HEAD,
        _mnli_dev(0, "letters", "Thank you for the pears.", "Pears were received.", "entailment"),
        _mnli_dev(1, "letters", "Thank you for the pears.", "No fruit came.", "contradiction"),
        _mnli_dev(2, "verbatim", "A noun names a thing.", "Verbs are older than nouns.", "neutral"),
        _mnli_dev(3, "oup", "The mill stands by the river.", "There is a mill.", "entailment")),
}

_QNLI_HEAD = ("index", "question", "sentence", "label")
_QNLI = {
    "QNLI/train.tsv": _tsv(
        _QNLI_HEAD,
        ("0", "What colour is the old barn?", "The barn, built in 1901, is painted red.", "entailment"),
        ("1", "Who built the barn?", "\"The barn, built in 1901, is painted red.", "not_entailment"),  # lone quote
        ("2", "When was the barn built?", "The barn, built in 1901, is painted red.", "entailment")),
    "QNLI/dev.tsv": _tsv(
        _QNLI_HEAD,
        ("0", "Where does the Elva rise?", "The Elva rises in the Blue Hills.", "entailment"),
        ("1", "How long is the Elva?", "The Elva rises in the Blue Hills.", "not_entailment"),
        ("2", "What fish live in the Elva?", "Trout and pike live in the Elva.", "entailment")),
    "QNLI/test.tsv": _tsv(_QNLI_HEAD[:3], ("0", "Who?", "Somebody.")),
}

_SNLI_HEAD = ("gold_label", "sentence1_binary_parse", "sentence2_binary_parse", "sentence1_parse", "sentence2_parse",
              "sentence1",
              "sentence2", "captionID", "pairID", "label1", "label2", "label3", "label4", "label5")


def _snli(gold, a, b, i, *votes):
    votes = (votes or (gold,)) + ("",) * 5
    return (gold, "( ... )", "( ... )", "(ROOT ...)", "(ROOT ...)", a, b, f"cap{i}#0", f"cap{i}#0r1n", *votes[:5])


_SNLI = {
    "snli_1.0/snli_1.0_train.txt": _tsv(
        _SNLI_HEAD,
        _snli("neutral", "A girl waters a plant.", "The plant is a fern.", 1),
        _snli("entailment", "A girl waters a plant.", "A child is outdoors or indoors.", 1),
        _snli("-", "A man holds a \"sign.", "The man is tired.", 2, "neutral", "contradiction", "neutral",
              "contradiction"),
        _snli("contradiction", "A girl waters a plant.", "A girl is asleep.", 1)),
    "snli_1.0/snli_1.0_dev.txt": _tsv(
        _SNLI_HEAD,
        _snli("-", "Two dogs run.", "The dogs are brothers.", 3, "neutral", "entailment", "neutral", "entailment",
              "contradiction"),
        _snli("entailment", "Two dogs run.", "Animals are moving.", 3),
        _snli("contradiction", "Two dogs run.", "The dogs are sitting.", 3),
        _snli("neutral", "Two dogs run.", "The dogs run on a beach.", 3)),
    "snli_1.0/snli_1.0_test.txt": _tsv(
        _SNLI_HEAD,
        _snli("contradiction", "A cook cuts bread.", "The cook drives a car.", 4),
        _snli("neutral", "A cook cuts bread.", "The bread is fresh.", 4),
        _snli("entailment", "A cook cuts bread.", "Someone cuts bread.", 4)),
    "snli_1.0/README.txt": "invented\n",
}

_WNLI_HEAD = ("index", "sentence1", "sentence2", "label")
_WNLI = {
    "WNLI/train.tsv": _tsv(
        _WNLI_HEAD,
        ("0", "The cup fell off the shelf because it was tilted.", "The shelf was tilted.", "1"),
        ("1", "The cup fell off the shelf because it was tilted.", "The cup was tilted.", "0"),
        ("2", "Ann thanked Sue for the help she had given.", "Sue had given help.", "1")),
    "WNLI/dev.tsv": _tsv(
        _WNLI_HEAD,
        ("0", "Ann thanked Sue for the help she had got.", "Sue had got help.", "0"),
        ("1", "Ann thanked Sue for the help she had got.", "Ann had got help.", "1"),
        ("2", "The ball broke the \"glass\" since it was thin.", "The ball was thin.", "0")),
    "WNLI/test.tsv": _tsv(_WNLI_HEAD[:3], ("0", "He saw it.", "It was seen.")),
}

# ---- commonsense
_COPA = {
    "COPA/train.jsonl": _jsonl(
        {"premise": "The window was wet.", "choice1": "It had rained.", "choice2": "The sun was out.",
         "question": "cause", "label": 0,
         "idx": 0},
        {"premise": "Ida dropped the egg.", "choice1": "She ate it.", "choice2": "It broke.", "question": "effect",
         "label": 1, "idx": 1},
        {"premise": "The baby cried.", "choice1": "It was hungry.", "choice2": "It was asleep.", "question": "cause",
         "label": 0,
         "idx": 2}),
    "COPA/val.jsonl": _jsonl(
        {"premise": "The candle went out.", "choice1": "It was windy.", "choice2": "It was Friday.",
         "question": "cause", "label": 0,
         "idx": 0},
        {"premise": "Per missed the train.", "choice1": "He sang.", "choice2": "He was late.", "question": "effect",
         "label": 1, "idx": 1},
        {"premise": "The milk turned sour.", "choice1": "Nils bought a hat.", "choice2": "Nils threw it away.",
         "question": "effect",
         "label": 1, "idx": 2}),
    "COPA/test.jsonl": _jsonl({"premise": "It snowed.", "choice1": "A.", "choice2": "B.", "question": "effect",
                               "idx": 0}),
}


def _swag(ind, ctx_a, ctx_b, endings, label, split, source):
    return {"ind": ind, "activity_label": "Baking bread", "ctx_a": ctx_a, "ctx_b": ctx_b,
            "ctx": f"{ctx_a} {ctx_b}".strip(), "split": split,
            "split_type": "indomain", "label": label, "endings": endings, "source_id": source}


_HELLASWAG_TRAIN = _jsonl(
    _swag(9, "A man kneads dough.", "he",
          ["sings loudly to it.", "puts it in the oven.", "throws the oven.", "sells his shoes."], 1,
          "train", "activitynet~1"),
    _swag(10, "[header] How to clean a pan [title] Let it cool. [step] Never wash a hot pan.", "",
          ["[substeps] Wait an hour. [title] Use warm water.", "Eat it. [title] Sell it.", "[step] Paint it red.",
           "Sing to it."], 0,
          "train", "wikihow~1"),
    _swag(11, "A dog runs after a ball.", "the dog", ["flies away.", "reads it.", "bakes it.", "brings it back."], 3,
          "train",
          "activitynet~2"))
_HELLASWAG_VAL = _jsonl(
    _swag(1, "A girl picks up a guitar.", "She", ["plays a song.", "drinks it.", "plants it.", "melts."], 0, "val",
          "activitynet~3"),
    _swag(2, "[header] How to boil an egg [title] Heat the water.", "",
          ["[step] Use a pot.", "Use a hat.", "Use ink.", "Use sand."], 0,
          "val", "wikihow~2"),
    _swag(3, "A boy opens an umbrella.", "he",
          ["swims in it.", "walks in the rain.", "eats the rain.", "folds the sea."], 1, "val",
          "activitynet~4"),
    _swag(4, "A woman ties her shoes.", "she", ["turns blue.", "sinks.", "rings.", "starts to run."], 3, "val",
          "activitynet~5"))

_STORY_HEAD = ("InputStoryid,InputSentence1,InputSentence2,InputSentence3,InputSentence4,RandomFifthSentenceQuiz1,"
               "RandomFifthSentenceQuiz2,AnswerRightEnding")
_STORY_VAL = "\n".join((
    _STORY_HEAD,
    's-01,"Ana baked a pie.","She let it cool.","Her dog came in.","Ana left the room.","The dog ate the pie.",'
    '"The pie bought a car.",1',
    's-02,Bo lost his key.,"He looked, twice, under the mat.","""Here it is,"" he said.",It was rusty.,The mat sang.,'
    'Bo opened the door.,2',
    "s-03,Cy planted a seed.,He watered it.,The sun shone.,Weeks went by.,A flower grew.,Cy forgot his name.,1")) + "\n"
_STORY_TEST = "\n".join((
    _STORY_HEAD,
    "t-01,Di bought skates.,The lake froze.,She went out.,The ice held.,Di skated all day.,Di cooked the lake.,1",
    "t-02,Ed was thirsty.,The well was deep.,He let down a bucket.,It came up full.,Ed sold the moon.,Ed drank.,2",
    "t-03,Flo missed her friend.,She wrote a letter.,She posted it.,A week passed.,An answer came.,"
    "The letter ate her.,1")) + "\n"


def _story_rows(name, n):
    """n rows; sentences tell their number, the right ending alternates; a lone quote in the second row."""
    head = _STORY_HEAD.split(",")
    rows = [(f"{name}-{i}", f"Gil counted to {i}.", "He said \"stop." if i == 1 else "He stopped.", "He sat down. ",
             "It was late.",
             f"He slept after {i}.", f"He became the number {i}.", "1") if i % 2 == 0 else
            (f"{name}-{i}", f"Gil counted to {i}.", "He said \"stop." if i == 1 else "He stopped.", "He sat down. ",
             "It was late.",
             f"He became the number {i}.", f"He slept after {i}.", "2") for i in range(n)]
    return _tsv(head, *rows)


# ---- sentiment
_IMDB = {
    "aclImdb/README": "invented\n",
    "aclImdb/train/urls_pos.txt": "http://example.org/\n",
    "aclImdb/train/neg/0_2.txt": "Dull from start to end.",
    "aclImdb/train/neg/1_1.txt": "I slept.<br /><br />My cat slept, too.",
    "aclImdb/train/pos/12_9.txt": "A warm, funny film.<br /><br />I laughed twice.",
    "aclImdb/train/unsup/3_0.txt": "Nobody knows what I think of it.",
    "aclImdb/test/neg/5_3.txt": "The plot limps, and so does the horse.",
    "aclImdb/test/neg/6_4.txt": "Not my cup of tea.",
    "aclImdb/test/pos/7_10.txt": "Caf\u00e9 scenes have never looked lovelier.",
}


def _tweets(*rows):
    return "".join(",".join('"' + cell.replace('"', '""') + '"' for cell in row) + "\n" for row in rows)


_SENTIMENT140 = {  # latin-1 in the archive
    "training.1600000.processed.noemoticon.csv": _tweets(
        ("0", "1001", "Mon May 11 03:17:40 UTC 2009", "NO_QUERY", "somebody", "my bus is late, again "),
        ("0", "1002", "Mon May 11 03:18:40 UTC 2009", "NO_QUERY", "nobody", "she said \"no\" &amp; left"),
        ("4", "1003", "Mon May 11 03:19:40 UTC 2009", "NO_QUERY", "anybody", "best caf\u00e9 of my whole week")),
    "testdata.manual.2009.06.14.csv": _tweets(
        ("4", "3", "Mon May 11 03:17:40 UTC 2009", "kindle", "tom", "I love my new kettle"),
        ("2", "4", "Mon May 11 03:18:40 UTC 2009", "kettle", "ann", "the kettle is in the kitchen"),
        ("0", "5", "Mon May 11 03:19:40 UTC 2009", "kettle", "bea", "this kettle leaks")),
}

_SST2 = {
    "SST-2/train.tsv": "sentence\tlabel\na quiet , clever little film \t1\n\"nothing works \t0\nlovely \t1\n",
    "SST-2/dev.tsv": "sentence\tlabel\nthe jokes are older than the hills . \t0\nit 's a joy from first to last . \t1\n"
                     "one sits and waits for the end . \t0\n",
    "SST-2/test.tsv": "index\tsentence\n0\tso it goes .\n",
}

_YELP = {
    "yelp_review_polarity_csv/readme.txt": "invented\n",
    "yelp_review_polarity_csv/train.csv":
        '"2","Friendly staff.\\nWe will come back, the \\""house soup\\"" is great."\n'
        '"1","Cold soup, cold room."\n'
        '"2","Our ""usual"" table was free."\n',
    "yelp_review_polarity_csv/test.csv":
        '"1","They lost my shirt.\\n\\nTwice."\n"2","Fixed my bike in an hour."\n"1","Never again!"\n',
}

RAW = {
    "anli": {"anli_v0.1.zip": _ANLI},
    "mnli": {"MNLI.zip": _MNLI},
    "qnli": {"QNLIv2.zip": _QNLI},
    "snli": {"snli_1.0.zip": _SNLI},
    "wnli": {"WNLI.zip": _WNLI},
    "copa": {"COPA.zip": _COPA},
    "hellaswag": {"hellaswag_train.jsonl": _HELLASWAG_TRAIN, "hellaswag_val.jsonl": _HELLASWAG_VAL},
    "story_cloze": {
        "cloze_test_val__spring2016.csv": _STORY_VAL,
        "cloze_test_test__spring2016.csv": _STORY_TEST,
        "spring2016.val.en.tsv.split_20_80_train.tsv": _story_rows("a", 3),
        "spring2016.val.en.tsv.split_20_80_eval.tsv": _story_rows("b", 304),
    },
    "imdb": {"aclImdb_v1.tar.gz": _IMDB},
    "sentiment140": {"trainingandtestdata.zip": _SENTIMENT140},
    "sst2": {"SST-2.zip": _SST2},
    "yelp": {"yelp_review_polarity_csv.tgz": _YELP},
}

_NLI3 = ("yes", "it is not possible to tell", "no")
FIRST = {
    **{f"anli/{p}": {"context": f"Mira owns two cats and a parrot. This is round {p.upper()}.",
                     "hypothesis": "Mira has a pet bird.",
                     "options": ("Yes", "It's impossible to say", "No"), "answer": "Yes"} for p in ("r1", "r2", "r3")},
    **{f"mnli/{p}": {"premise": "The bus left early.", "hypothesis": "Nobody took the bus.", "options": _NLI3,
                     "answer": "it is not possible to tell"} for p in ("matched", "mismatched")},
    "qnli": {"question": "What colour is the old barn?", "sentence": "The barn, built in 1901, is painted red.",
             "options": ("yes", "no"), "answer": "yes"},
    "snli": {"premise": "A girl waters a plant.", "hypothesis": "The plant is a fern.", "options": _NLI3,
             "answer": "it is not possible to tell"},
    "wnli": {"sentence1": "The cup fell off the shelf because it was tilted.", "sentence2": "The shelf was tilted.",
             "options": ("no", "yes"), "answer": "yes"},
    "copa": {"premise": "The window was wet.", "question": "cause", "opening": "The window was wet because",
             "options": ("It had rained.", "The sun was out."), "answer": "It had rained."},
    "hellaswag": {"context": "A man kneads dough. he",
                  "options": ("sings loudly to it.", "puts it in the oven.", "throws the oven.", "sells his shoes."),
                  "answer": "puts it in the oven."},
    "story_cloze": {"context": "Ana baked a pie. She let it cool. Her dog came in. Ana left the room.",
                    "options": ("The dog ate the pie.", "The pie bought a car."), "answer": "The dog ate the pie."},
    "imdb": {"text": "Dull from start to end.", "options": ("negative", "positive"), "answer": "negative"},
    "sentiment140": {"text": "my bus is late, again", "options": ("negative", "positive"), "answer": "negative"},
    "sst2": {"sentence": "a quiet , clever little film", "options": ("negative", "positive"), "answer": "positive"},
    "yelp": {"text": "Friendly staff. We will come back, the \"house soup\" is great.",
             "options": ("negative", "positive"),
             "answer": "positive"},
}

# Other records worked by hand: {name: [(split, number of the example, expected fields)]}; None: dropped.
MORE = {
    "mnli/matched": [("train", 1, {"premise": "\"uh we we never go there",
                                   "hypothesis": "The speaker goes there \"often\".",
                                   "options": _NLI3, "answer": "no"}),
                     ("test", 0, {"premise": "Prices rose in May.", "hypothesis": "Prices fell in May.",
                                  "options": _NLI3, "answer": "no"})],
    "mnli/mismatched": [("test", 0, {"premise": "Thank you for the pears.", "hypothesis": "Pears were received.",
                                     "options": _NLI3,
                                     "answer": "yes"})],
    "snli": [("train", 2, None), ("train", 3, {"hypothesis": "A girl is asleep."}),
             ("dev", 1, {"hypothesis": "Animals are moving."})],
    "copa": [("train", 1, {"premise": "Ida dropped the egg.", "question": "effect", "opening": "Ida dropped the egg so",
                           "options": ("She ate it.", "It broke."), "answer": "It broke."})],
    "hellaswag": [("train", 1, {"context": "How to clean a pan\nLet it cool.\nNever wash a hot pan.",
                                "options": ("Wait an hour. Use warm water.", "Eat it. Sell it.", "Paint it red.",
                                            "Sing to it."),
                                "answer": "Wait an hour. Use warm water."})],
    "story_cloze": [("train", 1, {"context": "Bo lost his key. He looked, twice, under the mat. \"Here it is,\" he "
                                             "said. It was rusty.",
                                  "options": ("The mat sang.", "Bo opened the door."),
                                  "answer": "Bo opened the door."})],
    "imdb": [("train", 2, {"text": "A warm, funny film.\n\nI laughed twice.", "options": ("negative", "positive"),
                           "answer": "positive"})],
    "sentiment140": [("train", 2, {"text": "best caf\u00e9 of my whole week", "options": ("negative", "positive"),
                                   "answer": "positive"}),
                     ("test", 1, {"text": "the kettle is in the kitchen", "options": ("negative", "positive"),
                                  "answer": "negative"})],
    "yelp": [("train", 2, {"text": "Our \"usual\" table was free.", "options": ("negative", "positive"),
                           "answer": "positive"}),
             ("test", 0, {"text": "They lost my shirt.  Twice.", "options": ("negative", "positive"),
                          "answer": "negative"})],
}

COUNTS = {
    **{f"anli/{p}": {"train": 3, "dev": 3, "test": 4, "dropped": 0} for p in ("r1", "r2", "r3")},
    "mnli/matched": {"train": 3, "test": 3, "dropped": 0},
    "mnli/mismatched": {"train": 3, "test": 4, "dropped": 0},
    "qnli": {"train": 3, "test": 3, "dropped": 0},
    "snli": {"train": 3, "dev": 3, "test": 3, "dropped": 2},
    "wnli": {"train": 3, "test": 3, "dropped": 0},
    "copa": {"train": 3, "test": 3, "dropped": 0},
    "hellaswag": {"train": 3, "test": 4, "dropped": 0},
    "story_cloze": {"train": 3, "test": 3, "dropped": 0},
    "imdb": {"train": 3, "test": 3, "dropped": 0},
    "sentiment140": {"train": 3, "test": 3, "dropped": 0},
    "sst2": {"train": 3, "test": 3, "dropped": 0},
    "yelp": {"train": 3, "test": 3, "dropped": 0},
}
LEAN_COUNTS = {"story_cloze": {"train": 7, "test": 300, "dropped": 0}}
