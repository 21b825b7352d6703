"""Invented records in the official raw formats. Nothing here was taken from a data set.

COUNTS are field dicts after `Source.first` (a test record with three references is one example); a None inside a list
counts as dropped.
"""
import json


def _jsonl(*records):
    return "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records)


# ---- struct_to_text
_COMMON_GEN = {
    "commongen.train.jsonl": (
        '{"concept_set": "boat#river#row", '
        '"scene": ["Two girls row a boat up the river.", "A boat is rowed on a river."], '
        '"reason": ["rowing moves boats"]}\n'
        # not quite JSON: to be repaired
        '{"concept_set": "bake#bread#oven", "scene": ["He bakes bread in the oven."], }\n'
        '{"concept_set": "dog#snow", "scene": ["A dog, a brown one, jumps in the snow."], "reason": []}\n'),
    "commongen.dev.jsonl": (
        '{"concept_set": "cup#drink#tea", "scene": ["She drinks a cup of tea.", "A man drinks tea from a cup."], '
        '"reason": ["", ""]}\n'
        '{"concept_set": "kite#sky", "scene": ["The kite is in the sky."], "reason": [""]}\n'
        '{"concept_set": "hat#wear", "scene": ["A clown wears a hat.", "Wear a hat!", "I wear my hat."], '
        '"reason": ["a"], }\n'),
    "commongen.test_noref.jsonl": '{"concept_set": "moon#night"}\n',
}

_DART_TRAIN = [
    {"tripleset": [["[TABLECONTEXT]", "LAKE", "Lake Ovo"], ["[TABLECONTEXT]", "[TITLE]", "Lakes of Norvia"],
                   ["Lake Ovo", "DEPTH_(M)", "40"]],
     "subtree_was_extended": False,
     "annotations": [{"source": "WikiTableQuestions_mturk", "text": "Lake Ovo in Norvia is 40 m deep."},
                     {"source": "WikiTableQuestions_lily",
                      "text": "One of the lakes of Norvia is Lake Ovo, 40 m deep."}]},
    {"tripleset": [["Mount Zed", "HEIGHT", "812"]], "subtree_was_extended": True,
     "annotations": [{"source": "WikiSQL_decl_sents", "text": "Mount Zed is 812 m high."}]},
    {"tripleset": [["Café Una", "FOOD", "soup"], ["Café Una", "AREA", "harbour"]],  # not every item has the flag
     "annotations": [{"source": "e2e", "text": "Café Una by the harbour serves soup."}]},
]
_DART_DEV = [
    {"tripleset": [["Ada Moss", "TEAM", "Kites"]], "subtree_was_extended": False,
     "annotations": [{"source": "webnlg", "text": "Ada Moss plays for the Kites."},
                     {"source": "webnlg", "text": "The Kites have Ada Moss."},
                     {"source": "webnlg", "text": "Ada Moss is a Kite."}]},
    {"tripleset": [["[TABLECONTEXT]", "YEAR", "1907"]], "subtree_was_extended": False,
     "annotations": [{"source": "demo", "text": "The year is 1907."}]},
    {"tripleset": [["Route 5", "LENGTH", "12 km"]], "subtree_was_extended": False,
     "annotations": [{"source": "demo", "text": "Route 5 is 12 km long."}]},
]

_E2E_HEAD = "mr,ref,fixed,orig_mr\n"
_E2E_TRAIN = _E2E_HEAD + (
    '"name[Olivo], food[Greek], area[harbour]",Olivo serves Greek food by the harbour.,0,"name[Olivo], food[Greek]"\n'
    '"name[Olivo], food[Greek], area[harbour]","Greek food, by the harbour: that is Olivo.",1,'
    '"name[Olivo], area[harbour]"\n'
    '"name[The Blue Door], eatType[pub], priceRange[less than £20], familyFriendly[no]",'
    '"""The Blue Door"" is a cheap pub, '
    'for under £20, without children.",0,"name[The Blue Door], eatType[pub]"\n'
    'name[Nonna],Nonna.,0,name[Nonna]\n')
_E2E_DEV = _E2E_HEAD + (
    '"name[Sato], food[Japanese]",Sato is Japanese.,0,"name[Sato], food[Japanese]"\n'
    '"name[Sato], food[Japanese]","At Sato, you get Japanese food.",0,"name[Sato], food[Japanese]"\n'
    '"name[Pip], customer rating[5 out of 5]",Pip has a rating of 5 out of 5.,0,'
    '"name[Pip], customer rating[5 out of 5]"\n')

_WEB_NLG_TRAIN = {"values": [
    {"input": ["Port_Elm | country | Norvia", "Port_Elm | leaderName | Ada_Moss"],
     "target": ["Port Elm is in Norvia and is led by Ada Moss.", "Ada Moss leads Port Elm, Norvia."],
     "category": "City", "webnlg-id": "train/City/2/Id1"},
    {"input": ["Lake_Ovo | depth | \"40.0\""], "target": ["Lake Ovo is 40 deep."], "category": "Lake",
     "webnlg-id": "train/Lake/1/Id2"},
    {"input": ["Soup_(dish) | ingredient | Water"], "target": ["Soup is made with water.", "Water is in soup.",
                                                              "Soup has water in it."],
     "category": "Food", "webnlg-id": "train/Food/1/Id3"},
]}
_WEB_NLG_VAL = {"values": [
    {"input": ["Li_Po_(pilot) | birthPlace | Port_Elm"],
     "target": ["Li Po was born in Port Elm.", "Li Po comes from Port Elm."],
     "category": "Astronaut", "webnlg-id": "dev/Astronaut/1/Id1"},
    {"input": ["Zed | height | 812.0 (metres)"], "target": ["Zed is 812 metres high."], "category": "Mountain",
     "webnlg-id": "dev/Mountain/1/Id2"},
    {"input": ["A | b | C"], "target": ["The b of A is C."], "category": "City", "webnlg-id": "dev/City/1/Id3"},
]}

# ---- reading_comp
_BOOLQ_TRAIN = _jsonl(
    {"question": "is the north tower open at night", "title": "North Tower", "answer": False,
     "passage": "The North Tower closes at six in the evening."},
    {"question": "can you swim in lake ovo?", "title": "Lake Ovo", "answer": True,  # a rare question mark
     "passage": "Swimming is allowed in Lake Ovo.\u2028It is 40 m deep."},
    {"question": "is zed a mountain", "title": "Zed (disambiguation)", "answer": True,
     "passage": "Zed is a peak of 812 m."})
_BOOLQ_DEV = _jsonl(
    {"question": "is tea grown in norvia", "title": "Tea", "answer": False, "passage": "Norvia is too cold for tea."},
    {"question": "do kites need wind", "title": "Kite", "answer": True, "passage": "Without wind a kite falls."},
    {"question": "is \"olivo\" a tree", "title": "Olivo", "answer": False, "passage": "Olivo is a restaurant."})


def _drop(number="", date=("", "", ""), spans=()):
    return {"number": number, "date": dict(zip(("day", "month", "year"), date)), "spans": list(spans)}


_DROP_TRAIN = {
    "nfl_1": {"passage": "Rovers scored 14 points, Kites 10.", "qa_pairs": [
        {"question": "How many points ahead were Rovers?", "answer": _drop("4"), "query_id": "q1",
         "validated_answers": []},
        {"question": "Which teams played?", "answer": _drop(spans=("Rovers", "Kites")), "query_id": "q2"}],
              "wiki_url": ""},
    "history_1": {"passage": "The bridge was begun in May 1907 and opened on 6 June 1909.", "qa_pairs": [
        {"question": "When was the bridge opened?", "answer": _drop(date=("6", "June", "1909")), "query_id": "q3"},
        {"question": "When was it begun?",  # a date without a day
         "answer": _drop(date=("", "May", "1907")), "query_id": "q4"},
        {"question": "Who paid for it?", "answer": _drop(), "query_id": "q5"}], "wiki_url": ""},  # no answer: dropped
    "history_2": {"passage": "No ship came in.", "qa_pairs": [
        {"question": "How many ships came in?", "answer": _drop("0"), "query_id": "q6"}], "wiki_url": ""},
}
_DROP_DEV = {
    "nfl_2": {"passage": "Elms won 3-2.", "qa_pairs": [
        {"question": "How many goals were there?", "answer": _drop("5"), "query_id": "q7",
         "validated_answers": [_drop("3")]},
        {"question": "Who won?", "answer": _drop(spans=("Elms",)), "query_id": "q8", "validated_answers": []}],
              "wiki_url": ""},
    "history_3": {"passage": "The war ended in 1650.", "qa_pairs": [
        {"question": "In which year did the war end?", "answer": _drop(date=("", "", "1650")), "query_id": "q9"}],
                  "wiki_url": ""},
}

_MULTIRC_TRAIN = _jsonl(
    {"idx": 0, "version": 1.1, "passage": {"text": "Joe and Ann planted six trees.", "questions": [
        {"question": "Who planted trees?", "idx": 0, "answers": [
            {"text": "Ann", "idx": 0, "label": 1}, {"text": "Bob", "idx": 1, "label": 0},
            {"text": "Joe", "idx": 2, "label": 1}]},
        {"question": "How many trees?", "idx": 1, "answers": [{"text": "Seven", "idx": 3, "label": 0}]}]}},
    {"idx": 1, "version": 1.1, "passage": {"text": "It rained.", "questions": [
        {"question": "What was the weather like?", "idx": 2, "answers": [{"text": "Wet", "idx": 4, "label": 1}]}]}})
_MULTIRC_VAL = _jsonl(
    {"idx": 0, "version": 1.1, "passage": {"text": "The cat slept on the roof.", "questions": [
        {"question": "Where did the cat sleep?", "idx": 0, "answers": [
            {"text": "Up on the roof", "idx": 0, "label": 1}, {"text": "In bed", "idx": 1, "label": 0}]},
        {"question": "Who slept?", "idx": 1, "answers": [{"text": "A cat", "idx": 2, "label": 1}]}]}})
_MULTIRC_TEST = _jsonl(
    {"idx": 0, "version": 1.1, "passage": {"text": "A bell rang.", "questions": [
        {"question": "What rang?", "idx": 0, "answers": [{"text": "A bell", "idx": 0}]}]}})  # test has no labels


def _obqa(uid, stem, choices, fact, key):
    return {"id": uid, "question": {"stem": stem, "choices": [{"text": t, "label": l}
                                                              for t, l in zip(choices, "ABCD")]},
            "fact1": fact, "humanScore": "1.00", "clarity": "2.00", "turkIdAnonymized": "x", "answerKey": key}


_OBQA_DIR = "OpenBookQA-V1-Sep2018/Data/Additional/"
_OBQA = {
    _OBQA_DIR + "train_complete.jsonl": _jsonl(
        _obqa("7-1", "A plant in a dark cupboard will", ("thrive", "wilt", "sing", "freeze"), "plants need light", "B"),
        _obqa("7-2", "What melts ice?", ("heat", "dust", "fog", "ink"), "heat melts ice", "A"),
        _obqa("7-3", "A magnet attracts", ("wood", "wool", "glass", "a nail"), "magnets attract iron", "D")),
    _OBQA_DIR + "dev_complete.jsonl": _jsonl(
        _obqa("8-1", "The moon shines by", ("lamps", "fire", "reflected light", "coal"), "the moon reflects sunlight",
              "C"),
        _obqa("8-2", "A fish breathes with", ("gills", "lungs", "fins", "eyes"), "fish have gills", "A"),
        _obqa("8-3", "Rust needs", ("silence", "water", "music", "sand"), "iron rusts in water", "B")),
    _OBQA_DIR + "test_complete.jsonl": _jsonl(
        _obqa("9-1", "Birds use feathers to", ("fly", "read", "dig", "bark"), "feathers help birds fly", "A"),
        _obqa("9-2", "Fog is made of", ("smoke", "milk", "wool", "water"), "fog is tiny drops of water", "D"),
        _obqa("9-3", "A shadow needs", ("rain", "light", "salt", "wind"), "objects that block light make shadows",
              "B")),
}


def _qa(uid, question, *answers, **more):
    return {"id": uid, "question": question, "answers": [{"text": t, "answer_start": s} for t, s in answers], **more}


def _article(title, *paragraphs):
    return {"title": title, "paragraphs": [{"context": c, "qas": qas} for c, qas in paragraphs]}


_ELM = "Port Elm has 900 people. It lies on Lake Ovo."
_SQUAD = {
    "train-v1.1.json": json.dumps({"data": [
        _article("Port_Elm", (_ELM, [_qa("a1", " How many people live in Port Elm? ", ("900", 13)),  # stray spaces
                                     _qa("a2", "On which lake is Port Elm?", ("Lake Ovo", 36))])),
        _article("Tea", ("Tea is a drink.", [_qa("a3", "What is tea?", ("a drink", 7))])),
    ], "version": "1.1"}),
    "dev-v1.1.json": json.dumps({"data": [
        _article("Kite", ("A kite flies in the wind.", [
            _qa("b1", "What flies?", ("A kite", 0), ("kite", 2), ("A kite", 0)),
            _qa("b2", "In what?", ("the wind", 16))]),
            ("Kites are old.", [_qa("b3", "What are kites?", ("old", 10))])),
    ], "version": "1.1"}),
    "train-v2.0.json": json.dumps({"version": "v2.0", "data": [
        _article("Port_Elm", (_ELM, [
            _qa("c1", "How many people live in Port Elm?", ("900", 13), is_impossible=False),
            _qa("c2", "Who founded Port Elm?", is_impossible=True,
                plausible_answers=[{"text": "Lake Ovo", "answer_start": 36}])])),
        _article("Tea", ("Tea is a drink.", [_qa("c3", "What is tea?", ("a drink", 7), is_impossible=False)])),
    ]}),
    "dev-v2.0.json": json.dumps({"version": "v2.0", "data": [
        _article("Kite", ("A kite flies in the wind.", [
            _qa("d1", "What flies?", ("A kite", 0), ("kite", 2), is_impossible=False),
            _qa("d2", "Who made the kite?", is_impossible=True, plausible_answers=[]),
            _qa("d3", "In what?", ("the wind", 16), is_impossible=False)])),
    ]}),
}

# ---- reading_comp_commonsense
_COSMOS_HEAD = "id,context,question,answer0,answer1,answer2,answer3,label\n"
_COSMOS_TRAIN = _COSMOS_HEAD + (
    'c-1,"I missed the bus, so I walked.",Why did I walk ?,I love rain .,The bus had left .,I had a car .,'
    'It was noon .,1\n'
    'c-2,"We ate ""outside"".\n\nThen it rained .",What did we do next ?,We went in .,"We slept, outside .",We sang .,'
    'None of the above choices .,0\n'  # quotes and line breaks inside a field
    'c-3,My shoes were wet .,What had happened ?,Nothing .,I was asleep .,I was rich .,I had stepped in a puddle .,3\n')
_COSMOS_VALID = _COSMOS_HEAD + (
    'v-1,I fed the cat .,Why ?,It was hungry .,It was red .,It was late .,It was mine .,0\n'
    'v-2,"She laughed , loudly .",Why ?,It hurt .,It rained .,It was funny .,None of the above choices .,2\n'
    'v-3,He ran home .,Why ?,He was tired .,He was late .,He was out .,He was wet .,1\n')

_RECORD_TEXT = "Ada Moss met Li Po. Moss spoke first.\n@highlight\nAda Moss won in Norvia"
_RECORD_TRAIN = _jsonl(
    {"source": "demo", "idx": 0, "passage": {"text": _RECORD_TEXT, "entities": [
        {"start": 20, "end": 23}, {"start": 0, "end": 7}, {"start": 13, "end": 17}, {"start": 49, "end": 56},
        {"start": 65, "end": 70}]},
     "qas": [{"query": "Prizes went to @placeholder on Friday", "idx": 0, "answers": [
                  {"start": 20, "end": 23, "text": "Moss"}, {"start": 0, "end": 7, "text": "Ada Moss"}]},
             {"query": "@placeholder's guests saw it.", "idx": 1,
              "answers": [{"start": 13, "end": 17, "text": "Li Po"}]}]},
    {"source": "demo", "idx": 1, "passage": {"text": "Zoë flew to Oslo.", "entities": [{"start": 0, "end": 2},
                                                                                      {"start": 12, "end": 15}]},
     "qas": [{"query": "The plane landed in @placeholder", "idx": 2,
              "answers": [{"start": 12, "end": 15, "text": "Oslo"}]}]})
_RECORD_VAL = _jsonl(
    {"source": "demo", "idx": 0, "passage": {"text": "Elms beat Kites.\n@highlight\nA cup", "entities": [
        {"start": 0, "end": 3}, {"start": 10, "end": 14}]},
     "qas": [{"query": "The cup goes to @placeholder.", "idx": 0, "answers": [{"start": 0, "end": 3, "text": "Elms"}]},
             {"query": "For @placeholder it is a loss.", "idx": 1,
              "answers": [{"start": 10, "end": 14, "text": "Kites"}]}]},
    {"source": "demo", "idx": 1, "passage": {"text": "Bo left.", "entities": [{"start": 0, "end": 1}]},
     "qas": [{"query": "Where is @placeholder?", "idx": 2, "answers": [{"start": 0, "end": 1, "text": "Bo"}]}]})
_RECORD_TEST = _jsonl({"source": "demo", "idx": 0,
                       "passage": {"text": "Bo left.", "entities": [{"start": 0, "end": 1}]},
                       "qas": [{"query": "Where is @placeholder?", "idx": 0}]})

RAW = {
    "common_gen": {"commongen_data.zip": _COMMON_GEN},
    "dart": {"dart-v1.1.1-full-train.json": json.dumps(_DART_TRAIN, indent=2, ensure_ascii=False),
             "dart-v1.1.1-full-dev.json": json.dumps(_DART_DEV, indent=2, ensure_ascii=False)},
    "e2e_nlg": {"train-fixed.no-ol.csv": _E2E_TRAIN, "devel-fixed.no-ol.csv": _E2E_DEV},
    "web_nlg": {"webnlg_en_train.json": json.dumps(_WEB_NLG_TRAIN), "webnlg_en_val.json": json.dumps(_WEB_NLG_VAL)},
    "boolq": {"train.jsonl": _BOOLQ_TRAIN, "dev.jsonl": _BOOLQ_DEV},
    "drop": {"drop_dataset.zip": {"drop_dataset/drop_dataset_train.json": json.dumps(_DROP_TRAIN),
                                  "drop_dataset/drop_dataset_dev.json": json.dumps(_DROP_DEV)}},
    "multirc": {"MultiRC.zip": {"MultiRC/train.jsonl": _MULTIRC_TRAIN, "MultiRC/val.jsonl": _MULTIRC_VAL,
                                "MultiRC/test.jsonl": _MULTIRC_TEST}},
    "obqa": {"OpenBookQA-V1-Sep2018.zip": _OBQA},
    "squad": _SQUAD,
    "cosmos_qa": {"train.csv": _COSMOS_TRAIN, "valid.csv": _COSMOS_VALID},
    "record": {"ReCoRD.zip": {"ReCoRD/train.jsonl": _RECORD_TRAIN, "ReCoRD/val.jsonl": _RECORD_VAL,
                              "ReCoRD/test.jsonl": _RECORD_TEST}},
}

FIRST = {
    "common_gen": {"concepts": "boat, river, row", "concept_lines": "boat\nriver\nrow",
                   "answer": "Two girls row a boat up the river.",
                   "answers": ("Two girls row a boat up the river.", "A boat is rowed on a river.")},
    "dart": {"triples": "LAKE Lake Ovo; Lakes of Norvia; Lake Ovo DEPTH_(M) 40",
             "triple_lines": "LAKE Lake Ovo\nLakes of Norvia\nLake Ovo DEPTH_(M) 40",
             "answer": "Lake Ovo in Norvia is 40 m deep.",
             "answers": ("Lake Ovo in Norvia is 40 m deep.", "One of the lakes of Norvia is Lake Ovo, 40 m deep.")},
    "e2e_nlg": {"attributes": "name = Olivo, food = Greek, area = harbour",
                "answer": "Olivo serves Greek food by the harbour."},
    "web_nlg": {"triples": "Port Elm, country, Norvia; Port Elm, leaderName, Ada Moss",
                "triple_lines": "Port Elm, country, Norvia\nPort Elm, leaderName, Ada Moss",
                "answer": "Port Elm is in Norvia and is led by Ada Moss.",
                "answers": ("Port Elm is in Norvia and is led by Ada Moss.", "Ada Moss leads Port Elm, Norvia.")},
    "boolq": {"title": "North Tower", "text": "The North Tower closes at six in the evening.",
              "question": "is the north tower open at night?", "options": ("no", "yes"), "answer": "no"},
    "drop": {"context": "Rovers scored 14 points, Kites 10.", "question": "How many points ahead were Rovers?",
             "answer": "4"},
    "multirc": {"paragraph": "Joe and Ann planted six trees.", "question": "Who planted trees?", "response": "Ann",
                "options": ("no", "yes"), "answer": "yes", "group": "0-0"},
    "obqa": {"fact": "plants need light", "question": "A plant in a dark cupboard will",
             "options": ("thrive", "wilt", "sing", "freeze"), "answer": "wilt"},
    "squad/v1": {"title": "Port Elm", "context": "Port Elm has 900 people. It lies on Lake Ovo.",
                 "question": "How many people live in Port Elm?", "hint": "", "answer": "900", "answers": ("900",)},
    "squad/v2": {"title": "Port Elm", "context": "Port Elm has 900 people. It lies on Lake Ovo.",
                 "question": "How many people live in Port Elm?",
                 "hint": " If the text does not answer the question, write \"unanswerable\".", "answer": "900",
                 "answers": ("900",)},
    "cosmos_qa": {"context": "I missed the bus, so I walked.", "question": "Why did I walk ?",
                  "options": ("I love rain .", "The bus had left .", "I had a car .", "It was noon ."),
                  "answer": "The bus had left ."},
    "record": {"passage": "Ada Moss met Li Po. Moss spoke first.", "query": "Prizes went to",
               "opening": "Prizes went to ...",
               "options": ("Ada Moss on Friday", "Li Po on Friday", "Moss on Friday", "Norvia on Friday"),
               "answer": "Ada Moss on Friday", "answers": ("Ada Moss on Friday", "Moss on Friday")},
}

COUNTS = {
    "common_gen": {"train": 4, "test": 3, "dropped": 0},
    "dart": {"train": 4, "test": 3, "dropped": 0},
    "e2e_nlg": {"train": 4, "test": 3, "dropped": 0},
    "web_nlg": {"train": 6, "test": 3, "dropped": 0},
    "boolq": {"train": 3, "test": 3, "dropped": 0},
    "drop": {"train": 5, "test": 3, "dropped": 1},
    "multirc": {"train": 5, "test": 3, "dropped": 0},
    "obqa": {"train": 3, "dev": 3, "test": 3, "dropped": 0},
    "squad/v1": {"train": 3, "test": 3, "dropped": 0},
    "squad/v2": {"train": 3, "test": 3, "dropped": 0},
    "cosmos_qa": {"train": 3, "test": 3, "dropped": 0},
    "record": {"train": 3, "test": 3, "dropped": 0},
}

# name -> (split, number of the example, dropped ones counted; expected fields, in part): the oddities
MORE = {
    "common_gen": [("train", 2, {"concepts": "bake, bread, oven", "answers": ("He bakes bread in the oven.",)}),
                   ("train", 3, {"answer": "A dog, a brown one, jumps in the snow."}),
                   ("test", 2, {"answer": "A clown wears a hat.",
                                "answers": ("A clown wears a hat.", "Wear a hat!", "I wear my hat.")})],
    "e2e_nlg": [("train", 2, {
        "attributes": "name = The Blue Door, eatType = pub, priceRange = less than £20, familyFriendly = no",
        "answer": "\"The Blue Door\" is a cheap pub, for under £20, without children."})],
    "web_nlg": [("train", 2, {"triples": "Lake Ovo, depth, \"40.0\""})],
    "boolq": [("train", 1, {"question": "can you swim in lake ovo?", "answer": "yes",
                            "text": "Swimming is allowed in Lake Ovo.\u2028It is 40 m deep."})],
    "drop": [("train", 1, {"answer": "Rovers"}), ("train", 2, {"answer": "1909-June-6"}),
             ("train", 3, {"answer": "1907-May"}),
             ("train", 5, {"answer": "0"}), ("test", 2, {"answer": "1650"})],
    "multirc": [("train", 3, {"response": "Seven", "answer": "no", "group": "0-1"}), ("train", 4, {"group": "1-2"})],
    "obqa": [("train", 2, {"answer": "a nail"})],
    "squad/v1": [("test", 0, {"answer": "A kite", "answers": ("A kite", "kite")})],
    "squad/v2": [("train", 1, {"answer": "unanswerable", "answers": ("unanswerable",)})],
    "cosmos_qa": [("train", 1, {"context": "We ate \"outside\".\n\nThen it rained .", "answer": "We went in ."})],
    "record": [("train", 1, {"query": "", "opening": "...", "answer": "Li Po's guests saw it.",
                             "options": ("Ada Moss's guests saw it.", "Li Po's guests saw it.", "Moss's guests saw it.",
                                         "Norvia's guests saw it.")}),
               ("train", 2, {"passage": "Zoë flew to Oslo.", "options": ("Oslo", "Zoë"), "answer": "Oslo"})],
}
