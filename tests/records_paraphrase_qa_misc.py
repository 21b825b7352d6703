"""Invented records in the official raw formats: what is inside each file, by its name.

RAW[dataset][file key] is the text of a file, or {member: text} of an archive.
FIRST: fields of the first train (or test) record.
COUNTS: dicts of fields by split of the official route, and how many records are dropped over all of its splits.
"""

import json


def table(*rows):
    """Rows of cells as tab-separated text."""
    return "".join("\t".join(row) + "\n" for row in rows)


def json_lines(*records):
    return "".join(json.dumps(record) + "\n" for record in records)


# ---------------------------------------------------------------------------------------------------------------------
# Paraphrase

MRPC_ROWS = table(
    ("Quality", "#1 ID", "#2 ID", "#1 String", "#2 String"),
    ("1", "100001", "100002", "The firm cut ten jobs on Friday .", "Ten jobs were cut by the firm on Friday ."),
    ("0", "100003", "100004", "\"We are ready , the mayor said .", "The mayor left in May ."),  # a lone quotation mark
    ("1", "100005", "100006", "Rain delayed the match .", "The match was delayed by rain ."),
    ("0", "100007", "100008", "Shares rose 2 percent .", "Shares fell 2 percent ."),
    ("1", "100009", "100010", "The bridge opens in June .", "In June the bridge will open ."),
    ("0", "100011", "100012", "He sold the boat .", "The boat is blue ."),
)

QQP_HEADER = ("id", "qid1", "qid2", "question1", "question2", "is_duplicate")
PAWS_HEADER = ("id", "sentence1", "sentence2", "label")
STSB_HEADER = ("index", "genre", "filename", "year", "old_index", "source1", "source2", "sentence1", "sentence2",
               "score")

RAW = {}
RAW["mrpc"] = {
    "msr_paraphrase_train.txt": "\ufeff" + MRPC_ROWS,  # a byte-order mark
    "mrpc_dev_ids.tsv": "100003\t100004\n100007\t100008\n100011\t100012\n",
}
RAW["qqp"] = {"QQP-clean.zip": {
    "QQP/train.tsv": table(
        QQP_HEADER,
        ("55", "101", "102", "What does \"\"legato\"\" mean?", "What is the meaning of \"\"legato\"\"?", "1"),
        ("56", "103", "104", "Why is the sky"),  # cut short
        ("57", "105", "106", "How do I tune a ukulele?", "Where can I buy a ukulele?", "0"),
        ("58", "107", "108", "\"Is a \"fast\" cheap?", "Is fasting cheap?", "0"),
    ),
    "QQP/dev.tsv": table(
        QQP_HEADER,
        ("1", "201", "202", "How old is the oak?", "What is the age of the oak?", "1"),
        ("2", "203", "204", "Who built the mill?", "Who sold the mill?", "0"),
        ("3", "205", "206", "How can I sleep well?", "What helps me sleep well?", "1"),
    ),
}}
RAW["paws"] = {"paws_wiki_labeled_final.tar.gz": {
    "final/train.tsv": table(
        PAWS_HEADER,
        ("1", '"He wrote "" Tides "" , then "" Sands "" ."', '"He wrote "" Sands "" , then "" Tides "" ."', "0"),
        ("2", "The river flows north , then east .", "North , then east , flows the river .", "1"),
        ("3", "A 5 \" pipe meets a 7 \" pipe .", "A 7 \" pipe meets a 5 \" pipe .", "1"),  # no quotation, but inches
    ),
    "final/dev.tsv": table(
        PAWS_HEADER,
        ("1", "Ida followed Otto as mayor .", "Otto followed Ida as mayor .", "0"),
        ("2", "Both ships were sold and scrapped .", "Both ships were scrapped and sold .", "0"),
        ("3", "It is often seen in May .", "It is seen often in May .", "1"),
    ),
    "final/test.tsv": table(
        PAWS_HEADER,
        ("1", "The east wing is older than the west wing .", "The west wing is older than the east wing .", "0"),
        ("2", "He died in Lund in 1901 .", "He died in 1901 in Lund .", "1"),
        ("3", "Mara beat Lena in the final .", "In the final , Mara beat Lena .", "1"),
    ),
}}
RAW["stsb"] = {"STS-B.zip": {
    "STS-B/train.tsv": table(
        STSB_HEADER,
        ("0", "main-news", "demo", "2014", "8", "none", "none", "A cat sleeps.", "A cat is asleep.", "4.800"),
        ("1", "main-captions", "demo", "2014", "9", "none", "none", "A man rows a \"boat.", "A man rides.", "1.500"),
        ("2", "main-forums", "demo", "2015", "10", "none", "none", "It is late.", "Tea is hot.", "0.500"),  # to even: 0
    ),
    "STS-B/dev.tsv": table(
        STSB_HEADER,
        ("0", "main-captions", "demo", "2012", "1", "none", "none", "A girl sings.", "A girl is singing.", "5.000"),
        ("1", "main-captions", "demo", "2012", "2", "none", "none", "A dog runs.", "A dog jumps.", "2.250"),
        ("2", "main-captions", "demo", "2012", "3", "none", "none", "Two boys swim.", "A plane lands.", "0.000"),
    ),
}}


# ---------------------------------------------------------------------------------------------------------------------
# Closed-book QA

def arc_record(number, stem, texts, key, labels="ABCDE"):
    choices = [{"text": text, "label": label} for text, label in zip(texts, labels)]
    return {"id": f"Q_{number}", "question": {"stem": stem, "choices": choices}, "answerKey": key}


def arc_member(part, split, *records):
    return f"ARC-V1-Feb2018-2/ARC-{part}/ARC-{part}-{split}.jsonl", json_lines(*records)


RAW["arc"] = {"ARC-V1-Feb2018.zip": dict([
    arc_member("Easy", "Train",
               arc_record(1, "Which tool measures mass?", ("ruler", "balance", "clock", "funnel"), "B"),
               arc_record(2, "Which of these is a liquid?", ("ice", "steam", "milk"), "C"),  # three choices: dropped
               arc_record(3, "What melts first?", ("iron", "glass", "stone", "butter"), "4", "12345"),
               arc_record(4, "Which animal lays eggs?", ("cow", "hen", "dog", "cat"), "B")),
    arc_member("Easy", "Test",
               arc_record(5, "What do plants take in?", ("light", "sound", "glass", "salt"), "A"),
               arc_record(6, "What pulls a stone down?", ("wind", "gravity", "heat", "light"), "2", "12345"),
               arc_record(7, "What is a shadow?", ("a gas", "a wave", "a lack of light", "a metal"), "C")),
    arc_member("Challenge", "Train",
               arc_record(8, "Why does a lake freeze from above?",
                          ("ice is lighter than water", "fish warm it", "salt sinks", "wind rises"), "A"),
               arc_record(9, "What wears down a coast most?", ("moss", "waves", "fog", "ice", "dew"), "B"),  # dropped
               arc_record(10, "Which change is chemical?", ("melting", "rusting", "cutting", "boiling"), "B"),
               arc_record(11, "What carries current best?", ("wood", "wool", "glass", "copper"), "D")),
    arc_member("Challenge", "Test",
               arc_record(12, "What makes the seasons?", ("the tilt of the axis", "tides", "clouds", "moons"), "A"),
               arc_record(13, "Which part makes sugar?", ("root", "bark", "leaf", "thorn"), "3", "12345"),
               arc_record(14, "What spreads a smell?", ("a magnet", "a prism", "a lens", "diffusion"), "D")),
])}

RAW["natural_questions"] = {
    "NQ-open.train.jsonl": json_lines(
        {"question": "who painted the blue door mural", "answer": ["Ida Rowe", "I. Rowe"]},
        {"question": "when did the lumo tower open", "answer": ["1931"]},
        {"question": "where is the otter bridge", "answer": ["in Old Hallen"]},
    ),
    "NQ-open.dev.jsonl": json_lines(
        {"question": "what is the longest river in norland", "answer": ["the Vey", "Vey River"]},
        {"question": "who wrote the song paper boats", "answer": ["Tom Ashe"]},
        {"question": "how many islands has the lake", "answer": ["nine", "9"]},
    ),
}


def trivia_record(question, value, *aliases):
    answer = {"Aliases": [a.title() for a in (value, *aliases)], "NormalizedAliases": [value, *aliases],
              "NormalizedValue": value, "Type": "WikipediaEntity", "Value": value.title()}
    return {"Answer": answer, "EntityPages": [], "Question": question, "QuestionId": "demo", "QuestionSource": "demo",
            "SearchResults": []}


def trivia_file(domain, *records):
    return json.dumps({"Data": list(records), "Domain": domain, "VerifiedEval": False, "Version": 1.0}, indent=4)


RAW["trivia_qa"] = {
    "triviaqa-rc.tar.gz": {
        "qa/web-train.json": trivia_file(
            "Web",
            trivia_record("Which metal is the Tower of Lumo made of?", "copper", "copper metal"),
            trivia_record("Which letter comes before B?", "", ""),  # "A", normalized: dropped
            trivia_record("Who sailed the Petrel?", "ann lowe"),
        ),
        "qa/wikipedia-train.json": trivia_file(
            "Wikipedia", trivia_record("Who sailed the Petrel?", "ann lowe", "lowe")),
        "qa/web-dev.json": trivia_file(
            "Web",
            trivia_record("In which town is the Glass Market?", "hallen"),
            trivia_record("Which bird is on Norland's flag?", "crane", "grey crane"),
        ),
        "qa/wikipedia-dev.json": trivia_file(
            "Wikipedia", trivia_record("What does a luthier make?", "lutes", "guitars")),
    },
    "trivia-train.qa.csv.gz": (  # no header; written by csv, which quotes a field with quotation marks in it
        "Which metal is the Tower of Lumo made of?\t['The Copper', 'Copper_metal']\n"
        "Who sailed the Petrel?\t\"[\"\"Ann Lowe's crew\"\", 'Lowe']\"\n"
        "\"Who sang \"\"Paper Boats\"\"?\"\t['Tom Ashe']\n"
        "Which letter comes before B?\t['A']\n"
    ),
    "trivia-test.qa.csv.gz": (
        "In which town is the Glass Market?\t['Hallen']\n"
        "Which bird is on Norland's flag?\t['Crane', 'The Grey Crane']\n"
        "What does a luthier make?\t['Lutes']\n"
    ),
}


# ---------------------------------------------------------------------------------------------------------------------
# Coreference

def winogrande_record(number, sentence, option1, option2, answer):
    return {"qID": f"W{number}", "sentence": sentence, "option1": option1, "option2": option2, "answer": answer}


RAW["winogrande"] = {"winogrande_1.1.zip": {
    "winogrande_1.1/train_xl.jsonl": json_lines(
        winogrande_record(1, "Kim lent Sue a coat because _ was cold.", "Kim", "Sue", "2"),
        winogrande_record(2, "The lid fits the pot but not the pan, as the _ is too wide.", "pot", "pan", "2"),
        winogrande_record(3, "Jan asked Per to drive, and so _'s car stayed home.", "Jan", "Per", "1"),
    ),
    "winogrande_1.1/dev.jsonl": json_lines(
        winogrande_record(4, "Lea beat Mia at chess since _ had practised.", "Lea", "Mia", "1"),
        winogrande_record(5, "The rope held but the chain broke because the _ was strong.", "rope", "chain", "1"),
        winogrande_record(6, "Bo thanked Al after _ had helped.", "Bo", "Al", "2"),
    ),
}}


def schema(before, pronoun, after, first, second, right):
    return (f"<schema>\n<text>\n<txt1>\n{before}\n</txt1>\n<pron> {pronoun} </pron>\n<txt2>{after}</txt2>\n</text>\n"
            f"<quote>\n<quote1></quote1>\n<pron> {pronoun} </pron>\n<quote2>demo</quote2>\n</quote>\n"
            f"<answers>\n<answer> {first} </answer>\n<answer>{second} </answer>\n</answers>\n"
            f"<correctAnswer> {right}  </correctAnswer>\n<source> demo </source>\n</schema>\n\n")


RAW["wsc273"] = {"WSCollection.xml": (
    '<?xml version="1.0" encoding="ISO-8859-1"?>\n<?xml-stylesheet type="text/xsl" href="demo.xsl"?>\n\n'
    + "<collection>\n\n"
    + schema("The vase hit\nthe lamp and", "it", " \nbroke.\n", "The vase", "The lamp", "B.")
    + schema("Joan thanked Susan for the help", "she", " had  recieved.", "Joan", "Susan", "A")
    + schema("The dogs barked at the cats, so we fed", "them", ".", "The dogs", "The cats", "A.")
    + schema("The trunk would not hold the tent.", "It", " was too big.\n", "the trunk", "the tent", "B")
    + schema("Al passed the boy on", "his", " bike.", "Al", "The boy", "B")
    + schema("Bo tore the page. The glue was old.", "It", " had dried.", "the page", "glue", "B")
    + schema("Mia's aunt had left, and", "her", " place was empty.", "Mia's", "Mia's aunt", "B")
    + schema("Ann held the box of a friend because", "she", " was tired.", "Ann", "A friend", "B") * 278
    + "</collection>\n"  # 285 schemas, of which the first 273 are used
)}


# ---------------------------------------------------------------------------------------------------------------------
# Misc.

def coqa_story(number, story, *turns):
    questions = [{"input_text": q, "turn_id": i} for i, (q, _) in enumerate(turns, 1)]
    answers = [{"span_start": 0, "span_end": 3, "span_text": story[:3], "input_text": a, "turn_id": i}
               for i, (_, a) in enumerate(turns, 1)]
    return {"source": "demo", "id": f"d{number}", "filename": "demo.txt", "story": story, "questions": questions,
            "answers": answers, "name": "demo.txt"}


RAW["coqa"] = {
    "coqa-train-v1.0.json": json.dumps({"version": "1.0", "data": [
        coqa_story(1, "Pia has a red kite. She flies it on Sunday.",
                   ("What does Pia have?", "a kite"), ("Which color?", "red")),
        coqa_story(2, "The mill burned down in 1902.",
                   ("What burned?", "the mill"), ("When?", "1902"), ("Why?", "unknown")),
        coqa_story(3, "Bo met Al.", ("Whom did Bo meet?", "Al")),
    ]}),
    "coqa-dev-v1.0.json": json.dumps({"version": "1.0", "data": [
        coqa_story(4, "The cat sat on the stove.", ("Who sat?", "the cat"), ("Where?", "on the stove")),
        coqa_story(5, "Lena sells bread and salt.", ("Who sells?", "Lena"), ("Does she sell salt?", "yes")),
        coqa_story(6, "It rained all day.", ("Did it rain?", "yes")),
    ]}),
}


def quac_article(number, title, background, context, *turns):
    qas = []
    for i, (question, answer) in enumerate(turns):
        span = {"text": answer, "answer_start": context.index(answer)}
        qas.append({"followup": "m", "yesno": "x", "question": question, "answers": [span], "id": f"c{number}_q#{i}",
                    "orig_answer": span})
    return {"title": title, "background": background, "section_title": "History",
            "paragraphs": [{"context": context, "id": f"c{number}", "qas": qas}]}


RAW["quac"] = {
    "train_v0.2.json": json.dumps({"data": [
        quac_article(1, "Rovers", "A club.", "They won in 1952. CANNOTANSWER",
                     ("When did they win?", "in 1952"), ("Who was the coach?", "CANNOTANSWER")),
        quac_article(2, "Ida Rowe", "Ida Rowe was a painter.", "She learned from her aunt. CANNOTANSWER",
                     ("Who taught her?", "her aunt")),
    ]}),
    "val_v0.2.json": json.dumps({"data": [
        quac_article(3, "Tom Ashe", "Tom Ashe was a singer.", "He toured Norland in spring. CANNOTANSWER",
                     ("Where did he tour?", "Norland"), ("When?", "in spring"), ("Did he marry?", "CANNOTANSWER")),
    ]}),
}


def wic_record(number, word, sentence1, sentence2, label):
    return {"word": word, "sentence1": sentence1, "sentence2": sentence2, "idx": number, "label": label, "start1": 0,
            "start2": 0, "end1": 1, "end2": 1, "version": 1.1}


RAW["wic"] = {"WiC.zip": {
    "WiC/train.jsonl": json_lines(
        wic_record(0, "bank", "He sat on the bank of the stream .", "The bank lends money .", False),
        wic_record(1, "cut", "Cut the bread .", "She cut the rope .", True),
        wic_record(2, "light", "A light coat .", "Turn on the light .", False),
    ),
    "WiC/val.jsonl": json_lines(
        wic_record(0, "ring", "Phones ring .", "A gold ring .", False),
        wic_record(1, "boil", "Boil the eggs .", "They boil potatoes .", True),
        wic_record(2, "seal", "The seal swam off .", "A seal slept on the rock .", True),
    ),
}}

RAW["cola"] = {"CoLA.zip": {  # no header
    "CoLA/train.tsv": table(
        ("demo01", "0", "*", "The cats sleeps quiet loudly."),
        ("demo02", "1", "", "The cats sleep."),
        ("demo03", "1", "", "\"Who left? was the question."),  # a lone quotation mark
    ),
    "CoLA/dev.tsv": table(
        ("demo04", "1", "", "Ida sang."),
        ("demo05", "0", "*", "Sang Ida the."),
        ("demo06", "1", "", "It was Bo that we met."),
    ),
}}

MATH_MEMBER = "mathematics_dataset-v1.0/{}/algebra__linear_1d.txt"
RAW["math"] = {"mathematics_dataset-v1.0.tar.gz": {
    MATH_MEMBER.format("interpolate"): "Solve 6*y = 18 for y.\n3\nSolve 7 - z = 0 for z.\n7\nSolve a = 5 for a.\n5\n",
    MATH_MEMBER.format("train-easy"): "Solve 3*k - 5 = -11 for k.\n-2\nSolve 4*b = 8 for b.\n2\n",
    MATH_MEMBER.format("train-hard"): "Let c be 2*3. Solve c*x + 12 = 0 for x.\n-2\n",
    MATH_MEMBER.format("train-medium"): "Solve 17*q - 5 = 12*q for q.\n1\nSolve -w = 100 for w.\n-100\n",
}}

# 63,500 lines: train is [30200, 60200), dev [60200, 60400), test the last 3,000, or after dev where a prefix is read.
FIX_PUNCT_LINES = {i: f"Item {i}, in stock!\tVare {i}, {i} kr." for i in range(63_500)}
FIX_PUNCT_LINES[30_200] = "Call us at caf\u00e9 Lumo, free of charge!\tRing til os, helt gratis!"
FIX_PUNCT_LINES[30_201] = "Nothing to restore here\tIntet at rette her."  # dropped, as the next two
FIX_PUNCT_LINES[60_399] = "Last line of dev\tDev slutter."
FIX_PUNCT_LINES[63_499] = "Last line of all\tSlut."
RAW["fix_punct"] = {"en-da.bicleaner07.txt.gz": "".join(FIX_PUNCT_LINES[i] + "\n" for i in range(63_500))}


# ---------------------------------------------------------------------------------------------------------------------
# What is to be read from them

FIRST = {
    "mrpc": {"sentence1": "The firm cut ten jobs on Friday .", "sentence2": "Ten jobs were cut by the firm on Friday .",
             "options": ("no", "yes"), "answer": "yes"},
    "qqp": {"question1": "What does 'legato' mean?", "question2": "What is the meaning of 'legato'?",
            "options": ("no", "yes"), "answer": "yes"},
    "paws": {"sentence1": 'He wrote " Tides " , then " Sands " .', "sentence2": 'He wrote " Sands " , then " Tides " .',
             "options": ("no", "yes"), "answer": "no"},
    "stsb": {"sentence1": "A cat sleeps.", "sentence2": "A cat is asleep.", "score": "4.8",
             "options": ("0", "1", "2", "3", "4", "5"), "answer": "5"},
    "arc/easy": {"question": "Which tool measures mass?", "options": ("ruler", "balance", "clock", "funnel"),
                 "answer": "balance"},
    "arc/challenge": {"question": "Why does a lake freeze from above?",
                      "options": ("ice is lighter than water", "fish warm it", "salt sinks", "wind rises"),
                      "answer": "ice is lighter than water"},
    "natural_questions": {"question": "who painted the blue door mural?", "answer": "Ida Rowe",
                          "answers": ("Ida Rowe", "I. Rowe")},
    "trivia_qa": {"question": "Which metal is the Tower of Lumo made of?", "answer": "copper",
                  "answers": ("copper", "copper metal")},
    "winogrande": {"context": "Kim lent Sue a coat because", "options": ("Kim was cold.", "Sue was cold."),
                   "answer": "Sue was cold."},
    "wsc273": {"context": "The vase hit the lamp and", "options": ("the vase broke.", "the lamp broke."),
               "answer": "the lamp broke."},
    "coqa": {"text": "Pia has a red kite. She flies it on Sunday.",
             "questions": "1. What does Pia have?\n2. Which color?",
             "answer": "1. a kite\n2. red"},
    "quac": {"title": "Rovers", "background": "A club.", "context": "They won in 1952. CANNOTANSWER",
             "question": "When did they win?", "answer": "in 1952"},
    "wic": {"word": "bank", "sentence1": "He sat on the bank of the stream .", "sentence2": "The bank lends money .",
            "options": ("different meanings", "the same meaning"), "answer": "different meanings"},
    "cola": {"sentence": "The cats sleeps quiet loudly.", "options": ("unacceptable", "acceptable"),
             "answer": "unacceptable"},
    "math": {"question": "Solve 3*k - 5 = -11 for k.", "answer": "-2"},
    "fix_punct": {"no_punct": "Call us at caf Lumo free of charge",
                  "answer": "Call us at caf\u00e9 Lumo, free of charge!"},
}

COUNTS = {
    "mrpc": {"train": 3, "test": 3, "dropped": 0},
    "qqp": {"train": 3, "test": 3, "dropped": 1},
    "paws": {"train": 3, "dev": 3, "test": 3, "dropped": 0},
    "stsb": {"train": 3, "test": 3, "dropped": 0},
    "arc/easy": {"train": 3, "test": 3, "dropped": 1},
    "arc/challenge": {"train": 3, "test": 3, "dropped": 1},
    "natural_questions": {"train": 3, "test": 3, "dropped": 0},
    "trivia_qa": {"train": 3, "test": 3, "dropped": 1},
    "winogrande": {"train": 3, "test": 3, "dropped": 0},
    "wsc273": {"test": 273, "dropped": 0},
    "coqa": {"train": 3, "test": 3, "dropped": 0},
    "quac": {"train": 3, "test": 3, "dropped": 0},
    "wic": {"train": 3, "test": 3, "dropped": 0},
    "cola": {"train": 3, "test": 3, "dropped": 0},
    "math": {"train": 5, "test": 3, "dropped": 0},
    "fix_punct": {"train": 29_999, "dev": 199, "test": 2_999, "dropped": 3},
}

# name -> (split, number among the examples that are kept, expected fields, in part): the oddities
MORE = {
    "paws": [("train", 2, {"sentence1": "A 5 \" pipe meets a 7 \" pipe ."})],
    "stsb": [("train", 2, {"score": "0.5", "answer": "0"})],
    "arc/easy": [("train", 1, None), ("train", 2, {"answer": "butter"})],
    "wsc273": [
        ("test", 1, {"options": ("Joan had received.", "Susan had received."), "answer": "Joan had received."}),
        ("test", 2, {"options": ("the dogs.", "the cats.")}),
        ("test", 3, {"options": ("The trunk was too big.", "The tent was too big.")}),
        ("test", 4, {"options": ("Al's bike.", "the boy's bike."), "answer": "the boy's bike."}),
        ("test", 5, {"options": ("The page had dried.", "Glue had dried.")}),
        ("test", 6, {"options": ("Mia's place was empty.", "Mia's aunt's place was empty.")})],
}
