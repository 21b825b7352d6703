"""Invented records in the official raw formats of all 62 datasets, and the rows that are to be read from them.

RAW[dataset][file key]: the text of a file, or {member: text} of an archive.
READ[task][split]: one entry an example: a row (or some of its fields), None if a filter drops it, ... for any row.
LEAN[task][split]: the same of `get --lean`, where its sources are others.
"""

import hashlib
import json

RAW, READ, LEAN = {}, {}, {}


def case(name, files, **read):
    RAW.setdefault(name.split("/")[0], {}).update(files)
    READ[name] = read


def jsonl(*records):
    return "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records)


def tsv(*rows):
    return "".join("\t".join(row) + "\n" for row in rows)


def lines(*texts):
    return "".join(text + "\n" for text in texts)


# ---- nli: each label once, since the orders of the options differ

def superglue(name, folder, *records, train, test):
    """The train split has all the records, the test split the last one."""
    case(name, {f"{folder}.zip": {f"{folder}/train.jsonl": jsonl(*records), f"{folder}/val.jsonl": jsonl(records[-1])}},
         train=train, test=test)


three = ("Yes", "No", "It's impossible to say")
superglue("cb", "CB",
          {"premise": "A: Did Lena call? B: No.", "hypothesis": "Lena called", "label": "contradiction", "idx": 0},
          {"premise": "Lena knows it rained.", "hypothesis": "It rained", "label": "entailment", "idx": 1},
          {"premise": "Did it rain?", "hypothesis": "It rained", "label": "neutral", "idx": 2},
          train=[{"premise": "A: Did Lena call? B: No.", "hypothesis": "Lena called", "options": three,
                  "answer": "No"}, {"answer": "Yes"}, {"answer": "It's impossible to say"}],
          test=[{"premise": "Did it rain?", "answer": "It's impossible to say"}])
superglue("rte", "RTE",
          {"premise": "The museum reopened.", "hypothesis": "It had closed.", "label": "entailment", "idx": 0},
          {"premise": "The museum is open.", "hypothesis": "It had closed.", "label": "not_entailment", "idx": 1},
          train=[{"premise": "The museum reopened.", "hypothesis": "It had closed.", "options": ("yes", "no"),
                  "answer": "yes"}, {"answer": "no"}], test=[{"premise": "The museum is open.", "answer": "no"}])

anli = [{"uid": "1", "context": "The bridge (\"Lundabron\")\u2028opened in 1931.", "hypothesis": h, "label": label}
        for h, label in (("It is old.", "e"), ("It is red.", "n"), ("It is new.", "c"))]
for r in ("R1", "R2", "R3"):
    opened = {"context": anli[0]["context"], "options": ("Yes", "It's impossible to say", "No")}
    case(f"anli/{r.lower()}", {"anli_v0.1.zip": {
        f"anli_v0.1/{q}/{split}.jsonl": jsonl(*anli[k:], *[anli[0]] * int(q[1]))
        for q in ("R1", "R2", "R3") for k, split in enumerate(("train", "dev", "test"))}},
         train=[{**opened, "hypothesis": "It is old.", "answer": "Yes"}, {"answer": "It's impossible to say"},
                {"answer": "No"}, *[...] * int(r[1])],
         dev=[{"answer": "It's impossible to say"}, {"answer": "No"}, *[...] * int(r[1])],
         test=[{**opened, "hypothesis": "It is new.", "answer": "No"}, *[...] * int(r[1])])

unsure = "it is not possible to tell"
mnli_head = ("index", "promptID", "pairID", "genre", "sentence1_binary_parse", "sentence2_binary_parse",
             "sentence1_parse", "sentence2_parse", "sentence1", "sentence2")
mnli_row = lambda a, b, *labels: ("0", "31", "31n", "fiction", "( )", "( )", "(R)", "(R)", a, b, *labels)
mnli_dev = lambda a, b, gold: mnli_row(a, b, "neutral", "neutral", gold, gold, gold, gold)
mnli_dev_head = (*mnli_head, "label1", "label2", "label3", "label4", "label5", "gold_label")
mnli = {"MNLI.zip": {
    "MNLI/train.tsv": tsv(
        (*mnli_head, "label1", "gold_label"), mnli_row("The bus left.", "Nobody took it.", "neutral", "neutral"),
        mnli_row("\"uh we we never go", "They go \"often\".", "contradiction", "contradiction"),  # a lone quote
        mnli_row("It has a caf\u00e9\u0085.", "It has one.", "entailment", "entailment")),
    "MNLI/dev_matched.tsv": tsv(mnli_dev_head, mnli_dev("Prices rose.", "Prices fell.", "contradiction")),
    "MNLI/dev_mismatched.tsv": tsv(mnli_dev_head, mnli_dev("Thanks for the pears.", "Pears came.", "entailment"),
                                   mnli_dev("Thanks.", "For pears.", "neutral"))}}
mnli_train = [{"premise": "The bus left.", "hypothesis": "Nobody took it.", "options": ("yes", unsure, "no"),
               "answer": unsure},
              {"premise": "\"uh we we never go", "hypothesis": "They go \"often\".", "answer": "no"}, {"answer": "yes"}]
case("mnli/matched", mnli, train=mnli_train, test=[{"premise": "Prices rose.", "answer": "no"}])
case("mnli/mismatched", mnli, train=mnli_train, 
     test=[{"hypothesis": "Pears came.", "answer": "yes"}, {"answer": unsure}])

case("qnli", {"QNLIv2.zip": {"QNLI/train.tsv": tsv(
    ("index", "question", "sentence", "label"), ("0", "What colour is it?", "\"It is red.", "entailment"),
    ("1", "Who built it?", "It is red.", "not_entailment")), "QNLI/dev.tsv": tsv(
        ("index", "question", "sentence", "label"), ("0", "Where does it rise?", "In the hills.", "entailment"))}},
     train=[{"question": "What colour is it?", "sentence": "\"It is red.", "options": ("yes", "no"), "answer": "yes"},
            {"answer": "no"}], test=[{"question": "Where does it rise?", "answer": "yes"}])

snli_head = ("gold_label", "sentence1_binary_parse", "sentence2_binary_parse", "sentence1_parse", "sentence2_parse",
             "sentence1", "sentence2", "captionID", "pairID", "label1", "label2", "label3", "label4", "label5")
snli = lambda *rows: tsv(snli_head, *((gold, "( )", "( )", "(R)", "(R)", a, b, "c#0", "c#0r", gold, "", "", "", "")
                                      for gold, a, b in rows))
case("snli", {"snli_1.0.zip": {
    "snli_1.0/snli_1.0_train.txt": snli(("neutral", "A girl waters a plant.", "It is a fern."), ("-", "A", "B"),
                                        ("contradiction", "A girl runs.", "A girl sleeps."),
                                        ("entailment", "A girl runs.", "A child runs.")),
    "snli_1.0/snli_1.0_dev.txt": snli(("-", "Two dogs run.", "C"), ("entailment", "Two dogs run.", "Animals run.")),
    "snli_1.0/snli_1.0_test.txt": snli(("contradiction", "A cook cuts bread.", "The cook drives."))}},
     train=[{"premise": "A girl waters a plant.", "hypothesis": "It is a fern.", "options": ("yes", unsure, "no"),
             "answer": unsure}, None, {"answer": "no"}, {"answer": "yes"}],  # without a majority: dropped
     dev=[None, {"hypothesis": "Animals run."}], test=[{"premise": "A cook cuts bread.", "answer": "no"}])

case("wnli", {"WNLI.zip": {"WNLI/train.tsv": tsv(
    ("index", "sentence1", "sentence2", "label"), ("0", "The cup fell as it was tilted.", "The cup was tilted.", "1"),
    ("1", "Ann thanked Sue for the help she \"got\".", "Sue got help.", "0")), "WNLI/dev.tsv": tsv(
        ("index", "sentence1", "sentence2", "label"), ("0", "It was thin.", "The ball was thin.", "0"))}},
     train=[{"sentence1": "The cup fell as it was tilted.", "sentence2": "The cup was tilted.",
             "options": ("no", "yes"), "answer": "yes"}, {"answer": "no"}],
     test=[{"sentence1": "It was thin.", "answer": "no"}])


# ---- commonsense

piqa = jsonl({"goal": "dry a wet book", "sol1": "Put it in water. ", "sol2": "Stand it near moving\u2028air."})
case("piqa", {"physicaliqa-train-dev.zip": {f"physicaliqa-train-dev/{name}": text for name, text in (
    ("train.jsonl", piqa), ("train-labels.lst", "1\n"), ("dev.jsonl", piqa * 2), ("dev-labels.lst", "0\n1\n"))}},
     train=[{"goal": "dry a wet book", "options": ("Put it in water.", "Stand it near moving\u2028air."),
             "answer": "Stand it near moving\u2028air."}], test=[{"answer": "Put it in water."}, ...])

superglue("copa", "COPA",
          {"premise": "The window was wet.", "choice1": "It had rained.", "choice2": "The sun was out.",
           "question": "cause", "label": 0, "idx": 0},
          {"premise": "Ida dropped the egg.", "choice1": "She ate it.", "choice2": "It broke.", "question": "effect",
           "label": 1, "idx": 1},
          train=[{"premise": "The window was wet.", "question": "cause", "opening": "The window was wet because",
                  "options": ("It had rained.", "The sun was out."), "answer": "It had rained."},
                 {"opening": "Ida dropped the egg therefore", "options": ("She ate it.", "It broke."),
                  "answer": "It broke."}],
          test=[{"question": "effect", "answer": "It broke."}])

swag = [{"ind": 9, "activity_label": "Baking", "ctx_a": "A man kneads dough.", "ctx_b": "he", "label": 1,
         "ctx": "A man kneads dough. he", "endings": ["sings to it.", "bakes it.", "throws it.", "reads it."]},
        {"ind": 10, "activity_label": "Cleaning", "ctx": "[header] How to clean [title] Let it cool. [step] Wait.",
         "endings": ["[substeps] Wash it. [title] Use soap.", "Eat it. [title] Sell it.", "[step] Paint it.", "Sing."],
         "label": 0}]
case("hellaswag", {"hellaswag_train.jsonl": jsonl(*swag), "hellaswag_val.jsonl": jsonl(swag[1])},
     train=[{"context": "A man kneads dough. he", "options": ("sings to it.", "bakes it.", "throws it.", "reads it."),
             "answer": "bakes it."},
            {"context": "How to clean\nLet it cool.\nWait.", "answer": "Wash it. Use soap.",
             "options": ("Wash it. Use soap.", "Eat it. Sell it.", "Paint it.", "Sing.")}],
     test=[{"answer": "Wash it. Use soap."}])

story_head = ("InputStoryid", "InputSentence1", "InputSentence2", "InputSentence3", "InputSentence4",
              "RandomFifthSentenceQuiz1", "RandomFifthSentenceQuiz2", "AnswerRightEnding")
story_csv = ",".join(story_head) + (
    '\ns1,Bo lost his key.,"He looked, twice, under the mat.","""Here it is,"" he said.",It was rusty.,The mat sang.,'
    'Bo opened the door.,2\n')
story_rows = lambda n: tsv(story_head, *((f"s{i}", "He sat.", "He said \"stop." if i == 1 else "He ate.", "He ran. ",
                                          "It was late.", "He slept.", "He became a number.", "1") for i in range(n)))
case("story_cloze", {"cloze_test_val__spring2016.csv": story_csv,
                     "cloze_test_test__spring2016.csv": story_csv + "s2,A.,B.,C.,D.,E.,F.,1\n",
                     "spring2016.val.en.tsv.split_20_80_train.tsv": story_rows(3),
                     "spring2016.val.en.tsv.split_20_80_eval.tsv": story_rows(304)},
     train=[{"context": "Bo lost his key. He looked, twice, under the mat. \"Here it is,\" he said. It was rusty.",
             "options": ("The mat sang.", "Bo opened the door."), "answer": "Bo opened the door."}],
     test=[..., {"options": ("E.", "F."), "answer": "E."}])
LEAN["story_cloze"] = {"train": [{"options": ("He slept.", "He became a number."), "answer": "He slept."}, {
    "context": "He sat. He said \"stop. He ran. It was late."}, *[...] * 5], "test": [...] * 300}


# ---- sentiment

case("imdb", {"aclImdb_v1.tar.gz": {
    "aclImdb/README": "invented\n", "aclImdb/train/urls_pos.txt": "http://x.test/\n",
    "aclImdb/train/neg/0_2.txt": "Dull from start to end.", "aclImdb/train/unsup/3_0.txt": "Who knows?",
    "aclImdb/train/pos/12_9.txt": "A warm film.<br /><br />I laughed.",
    "aclImdb/test/pos/7_10.txt": "Caf\u00e9 scenes."}},
     train=[{"text": "Dull from start to end.", "options": ("negative", "positive"), "answer": "negative"},
            {"text": "A warm film.\n\nI laughed.", "answer": "positive"}], test=[{"text": "Caf\u00e9 scenes."}])

tweets = lambda *rows: "".join(",".join(f'"{cell}"' for cell in row) + "\n" for row in rows).encode("latin-1")
case("sentiment140", {"trainingandtestdata.zip": {
    "training.1600000.processed.noemoticon.csv": tweets(
        ("0", "1", "Mon", "NO_QUERY", "bo", 'she said ""no"", again '),
        ("4", "2", "Mon", "NO_QUERY", "al", "caf\u00e9 &amp;amp; tea!")),
    "testdata.manual.2009.06.14.csv": tweets(("2", "4", "Mon", "kettle", "ann", "the kettle is here"))}},
     train=[{"text": "she said \"no\", again", "options": ("negative", "positive"), "answer": "negative"},
            {"text": "caf\u00e9 & tea!", "answer": "positive"}],
     test=[{"text": "the kettle is here", "answer": "negative"}])  # as FLAN's code: whatever is not positive

case("sst2", {"SST-2.zip": {"SST-2/train.tsv": "sentence\tlabel\na quiet , clever film \t1\n\"nothing works \t0\n",
                            "SST-2/dev.tsv": "sentence\tlabel\nolder than the hills . \t0\n"}},
     train=[{"sentence": "a quiet , clever film", "options": ("negative", "positive"), "answer": "positive"},
            {"sentence": "\"nothing works", "answer": "negative"}], test=[{"answer": "negative"}])

case("yelp", {"yelp_review_polarity_csv.tgz": {
    "yelp_review_polarity_csv/train.csv": '"2","Friendly.\\nThe \\""house soup\\"" is great."\n'
                                          '"1","A ""cold"" soup."\n',
    "yelp_review_polarity_csv/test.csv": '"1","They lost it.\\n\\nTwice."\n'}},
     train=[{"text": "Friendly. The \"house soup\" is great.", "options": ("negative", "positive"),
             "answer": "positive"},
            {"text": "A \"cold\" soup.", "answer": "negative"}], test=[{"text": "They lost it. Twice."}])


# ---- paraphrase

case("mrpc", {"msr_paraphrase_train.txt": "\ufeff" + tsv(  # a byte-order mark
    ("Quality", "#1 ID", "#2 ID", "#1 String", "#2 String"),
    ("1", "11", "12", "The firm cut ten jobs .", "Ten jobs were cut ."),
    ("0", "13", "14", "\"We are ready , he said .", "He left ."), ("0", "15", "16", "Shares rose .", "Shares fell .")),
    "mrpc_dev_ids.tsv": "13\t14\n"},
     train=[{"sentence1": "The firm cut ten jobs .", "sentence2": "Ten jobs were cut .", "options": ("no", "yes"),
             "answer": "yes"}, {"answer": "no"}], test=[{"sentence1": "\"We are ready , he said .", "answer": "no"}])

qqp_head = ("id", "qid1", "qid2", "question1", "question2", "is_duplicate")
case("qqp", {"QQP-clean.zip": {
    "QQP/train.tsv": tsv(qqp_head, ("55", "1", "2", "What does \"\"legato\"\" mean?", "What is \"\"legato\"\"?", "1"),
                         ("56", "3", "4", "Why is the sky"), ("58", "7", "8", "\"Is a \"fast\" cheap?", "Is it?", "0")),
    "QQP/dev.tsv": tsv(qqp_head, ("2", "3", "4", "Who built it?", '"Is the ""mill"", then, sold?"', "0"))}},
     train=[{"question1": "What does 'legato' mean?", "question2": "What is 'legato'?", "options": ("no", "yes"),
             "answer": "yes"}, None, {"answer": "no"}],  # one was cut short
     test=[{"question2": "Is the 'mill', then, sold?", "answer": "no"}])

paws = lambda *rows: tsv(("id", "sentence1", "sentence2", "label"), *rows)
case("paws", {"paws_wiki_labeled_final.tar.gz": {
    "final/train.tsv": paws(("1", '"He wrote "" Tides "" ."', '"He wrote "" Sands "" ."', "0"),
                            ("3", "A 5 \" pipe meets a 7 \" pipe .", "A 7 \" pipe meets it .", "1")),  # inches
    "final/dev.tsv": paws(("1", "Ida followed Otto .", "Otto followed Ida .", "0")) + "",
    "final/test.tsv": paws(("2", "He died in Lund in 1901 .", "He died in 1901 in Lund .", "1"))}},
     train=[{"sentence1": 'He wrote " Tides " .', "sentence2": 'He wrote " Sands " .', "options": ("no", "yes"),
             "answer": "no"}, {"sentence1": "A 5 \" pipe meets a 7 \" pipe .", "answer": "yes"}],
     dev=[{"sentence1": "Ida followed Otto ."}], test=[{"answer": "yes"}])

stsb = lambda *rows: tsv(("index", "genre", "filename", "year", "old_index", "source1", "source2", "sentence1",
                          "sentence2", "score"), *(("0", "news", "f", "2014", "8", "n", "n", *row) for row in rows))
case("stsb", {"STS-B.zip": {
    "STS-B/train.tsv": stsb(("A cat sleeps.", "A cat is asleep.", "4.800"), ("It is \"late.", "Tea is hot.", "0.500")),
    "STS-B/dev.tsv": stsb(("A dog runs.", "A dog jumps.", "2.250"))}},
     train=[{"sentence1": "A cat sleeps.", "sentence2": "A cat is asleep.", "score": "4.8", "answer": "5",
             "options": ("0", "1", "2", "3", "4", "5")}, {"score": "0.5", "answer": "0"}],  # a half goes to the even
     test=[{"score": "2.25", "answer": "2"}])


# ---- closed-book QA

arc_record = lambda stem, texts, key, labels="ABCDE": {"id": "Q", "answerKey": key, "question": {
    "stem": stem, "choices": [{"text": t, "label": label} for t, label in zip(texts, labels)]}}
mass = arc_record("Which tool measures mass?", ("ruler", "balance", "clock", "funnel"), "B")
melts = arc_record("What melts first?", ("iron", "glass", "stone", "butter"), "4", "12345")
few = arc_record("Which is a liquid?", ("ice", "steam", "milk"), "C")
arc = {f"ARC-V1-Feb2018-2/ARC-{part}/ARC-{part}-{split}.jsonl": jsonl(*records) for part, split, records in (
    ("Easy", "Train", (mass, few, melts)), ("Easy", "Test", (melts,)), ("Challenge", "Train", (melts, melts)),
    ("Challenge", "Test", (mass, mass)))}
balance = {"question": "Which tool measures mass?", "options": ("ruler", "balance", "clock", "funnel"),
           "answer": "balance"}
case("arc/easy", {"ARC-V1-Feb2018.zip": arc}, train=[balance, None, {"answer": "butter"}], test=[{"answer": "butter"}])
case("arc/challenge", {}, train=[{"answer": "butter"}, ...], test=[balance, ...])

case("natural_questions", {
    "NQ-open.train.jsonl": jsonl({"question": "who painted the blue door", "answer": ["Ida Rowe", "I. Rowe"]}),
    "NQ-open.dev.jsonl": jsonl({"question": "how many islands has the lake", "answer": ["nine", "9"]}, {
        "question": "when did it open", "answer": ["1931"]})},
     train=[{"question": "who painted the blue door?", "answer": "Ida Rowe", "answers": ("Ida Rowe", "I. Rowe")}],
     test=[{"answers": ("nine", "9")}, {"answer": "1931"}])

trivia_record = lambda question, value, *aliases: {"Question": question, "Answer": {
    "NormalizedAliases": [value, *aliases], "NormalizedValue": value, "Value": value.title()}}
trivia_file = lambda *records: json.dumps({"Data": records, "Version": 1.0}, indent=4)
case("trivia_qa", {"triviaqa-rc.tar.gz": {
    "qa/web-train.json": trivia_file(trivia_record("Which metal is it?", "copper", "copper metal"),
                                     trivia_record("Which letter comes before B?", "", "")),  # "A", normalized: dropped
    "qa/wikipedia-train.json": trivia_file(trivia_record("Who sailed?", "ann lowe")),
    "qa/web-dev.json": trivia_file(trivia_record("Which bird?", "crane", "grey crane")),
    "qa/wikipedia-dev.json": trivia_file()},
    "trivia-train.qa.csv.gz": (  # no header; written by csv, which quotes a field with quotation marks in it
        "Which metal is it?\t['The Copper', 'Copper_metal']\nWho sailed?\t\"[\"\"Ann Lowe's crew\"\", 'Lowe']\"\n"
        "\"Who sang \"\"Paper Boats\"\"?\"\t['Tom Ashe']\nWhich letter comes before B?\t['A']\n"),
    "trivia-test.qa.csv.gz": "Which bird?\t['Crane', 'The Grey Crane']\n"},
     train=[{"question": "Which metal is it?", "answer": "copper", "answers": ("copper", "copper metal")}, None, ...],
     test=[{"answers": ("crane", "grey crane")}])
LEAN["trivia_qa"] = {"train": [{"question": "Which metal is it?", "answer": "copper"},  # the shortest is trained on
                               {"answers": ("lowe", "ann lowe s crew")}, {"question": "Who sang \"Paper Boats\"?"},
                               None],
                     "test": [{"answer": "crane", "answers": ("crane", "grey crane")}]}


# ---- struct to text

case("common_gen", {"commongen_data.zip": {
    "commongen.train.jsonl": (
        '{"concept_set": "boat#river", "scene": ["A boat is on a river.", "A river with a boat."], "reason": [""]}\n'
        '{"concept_set": "bake#bread", "scene": ["He bakes bread, a lot."], }\n'),  # not quite JSON: to be repaired
    "commongen.dev.jsonl": '{"concept_set": "hat#wear", "scene": ["A hat.", "Wear a hat!", "I wear it."], "reason": []}'
                           '\n'
                           '{"concept_set": "kite#sky", "scene": ["The kite is in the sky."], "reason": [""]}\n'}},
     train=[{"concepts": "boat, river", "concept_lines": "boat\nriver", "answer": "A boat is on a river.",
             "answers": ("A boat is on a river.", "A river with a boat.")}, {"answer": "A river with a boat."},
            {"concepts": "bake, bread", "answers": ("He bakes bread, a lot.",)}],
     test=[{"answer": "A hat.", "answers": ("A hat.", "Wear a hat!", "I wear it.")}, ...])

dart_item = lambda triples, *texts: {"tripleset": triples, "annotations": [{"source": "x", "text": t} for t in texts]}
dart = [dart_item([["[TABLECONTEXT]", "LAKE", "Ovo"], ["[TABLECONTEXT]", "[TITLE]", "Lakes"],
                   ["Ovo", "DEPTH_(M)", "4"]], "Lake Ovo is 4 m deep.", "A lake, Ovo, is 4 m deep."),
        {**dart_item([["Caf\u00e9 Una", "FOOD", "soup"]], "Soup."), "subtree_was_extended": True}]
case("dart", {"dart-v1.1.1-full-train.json": json.dumps(dart, indent=2),
              "dart-v1.1.1-full-dev.json": json.dumps(dart[:1])},
     train=[{"triples": "LAKE Ovo; Lakes; Ovo DEPTH_(M) 4", "triple_lines": "LAKE Ovo\nLakes\nOvo DEPTH_(M) 4",
             "answer": "Lake Ovo is 4 m deep.", "answers": ("Lake Ovo is 4 m deep.", "A lake, Ovo, is 4 m deep.")}, ...,
            {"triples": "Caf\u00e9 Una FOOD soup"}], test=[{"answer": "Lake Ovo is 4 m deep."}])

e2e = "mr,ref,fixed,orig_mr\n"
case("e2e_nlg", {
    "train-fixed.no-ol.csv": e2e + '"name[Olivo], food[Greek]",Olivo is Greek.,0,"name[Olivo]"\n"name[The Blue Door], '
                                   'priceRange[less than \u00a320]","""The Blue Door"" is cheap, at \u00a320.",0,x\n',
    "devel-fixed.no-ol.csv": e2e + '"name[Pip], customer rating[5 out of 5]",Pip has 5 of 5.,0,"name[Pip]"\n'},
     train=[{"attributes": "name = Olivo, food = Greek", "answer": "Olivo is Greek."},
            {"attributes": "name = The Blue Door, priceRange = less than \u00a320",
             "answer": "\"The Blue Door\" is cheap, at \u00a320."}],
     test=[{"attributes": "name = Pip, customer rating = 5 out of 5"}])

web_nlg = [{"input": ["Port_Elm | country | Norvia", "Port_Elm | leaderName | Ada_Moss"], "category": "City",
            "target": ["Ada Moss leads Port Elm, Norvia.", "Port Elm is led by Ada Moss."]},
           {"input": ["Lake_Ovo | depth | \"40.0\""], "target": ["Lake Ovo is 40 deep."], "category": "Lake"}]
case("web_nlg", {f"webnlg_en_{split}.json": json.dumps({"values": web_nlg}) for split in ("train", "val")},
     train=[{"triples": "Port Elm, country, Norvia; Port Elm, leaderName, Ada Moss",
             "triple_lines": "Port Elm, country, Norvia\nPort Elm, leaderName, Ada Moss",
             "answer": "Ada Moss leads Port Elm, Norvia.",
             "answers": ("Ada Moss leads Port Elm, Norvia.", "Port Elm is led by Ada Moss.")}, ...,
            {"triples": "Lake Ovo, depth, \"40.0\""}], test=[..., {"answer": "Lake Ovo is 40 deep."}])


# ---- reading comprehension

boolq = [{"question": "is the tower open", "title": "Tower", "answer": False, "passage": "It closes at six."},
         {"question": "can you swim?", "title": "Ovo", "answer": True, "passage": "You can.\u2028It is deep."}]
case("boolq", {"train.jsonl": jsonl(*boolq), "dev.jsonl": jsonl(boolq[1])},
     train=[{"title": "Tower", "text": "It closes at six.", "question": "is the tower open?", "options": ("no", "yes"),
             "answer": "no"}, {"question": "can you swim?", "text": "You can.\u2028It is deep.", "answer": "yes"}],
     test=[{"answer": "yes"}])


def drop_pair(question, number="", date=("", "", ""), spans=()):
    answer = {"number": number, "date": dict(zip(("day", "month", "year"), date)), "spans": list(spans)}
    return {"question": question, "answer": answer, "query_id": "q", "validated_answers": []}


drop = {"nfl_1": {"passage": "Rovers scored 14 points, Kites 10.", "wiki_url": "", "qa_pairs": [
            drop_pair("How many points ahead were Rovers?", "4"), drop_pair("Who played?", spans=("Rovers", "Kites"))]},
        "history_1": {"passage": "It was begun in May 1907.", "wiki_url": "", "qa_pairs": [
            drop_pair("When was it opened?", date=("6", "June", "1909")), drop_pair("Begun?", date=("", "May", "1907")),
            drop_pair("Who paid for it?"), drop_pair("How many ships came in?", "0")]}}
case("drop", {"drop_dataset.zip": {"drop_dataset/drop_dataset_train.json": json.dumps(drop),
                                   "drop_dataset/drop_dataset_dev.json": json.dumps({"nfl_1": drop["nfl_1"]})}},
     train=[{"context": "Rovers scored 14 points, Kites 10.", "question": "How many points ahead were Rovers?",
             "answer": "4"}, {"answer": "Rovers"}, {"answer": "1909-June-6"}, {"answer": "1907-May"}, None,
            {"answer": "0"}], test=[..., {"answer": "Rovers"}])

multirc = {"idx": 7, "version": 1.1, "passage": {"text": "Joe and Ann planted six trees.", "questions": [
    {"question": "Who planted trees?", "idx": 0, "answers": [{"text": "Ann", "idx": 0, "label": 1},
                                                            {"text": "Bob", "idx": 1, "label": 0}]},
    {"question": "How many trees?", "idx": 1, "answers": [{"text": "Seven", "idx": 3, "label": 0}]}]}}
superglue("multirc", "MultiRC", multirc, {**multirc, "idx": 8},
          train=[{"paragraph": "Joe and Ann planted six trees.", "question": "Who planted trees?", "response": "Ann",
                  "options": ("no", "yes"), "answer": "yes", "group": "7-0"}, {"answer": "no", "group": "7-0"},
                 {"response": "Seven", "answer": "no", "group": "7-1"}, {"group": "8-0"}, ..., {"group": "8-1"}],
          test=[{"group": "8-0"}, {"response": "Bob"}, ...])

obqa = [{**arc_record("A plant in the dark will", ("thrive", "wilt", "sing", "freeze"), "B", "ABCD"),
         "fact1": "plants need light"}, {**arc_record("A magnet attracts", ("wood", "wool", "glass", "a nail"), "D"),
                                         "fact1": "magnets attract iron"}]
case("obqa", {"OpenBookQA-V1-Sep2018.zip": {
    f"OpenBookQA-V1-Sep2018/Data/Additional/{split}_complete.jsonl": jsonl(*obqa[k:])
    for k, split in ((0, "train"), (1, "dev"), (1, "test"))}},
     train=[{"fact": "plants need light", "question": "A plant in the dark will",
             "options": ("thrive", "wilt", "sing", "freeze"), "answer": "wilt"}, {"answer": "a nail"}],
     dev=[{"answer": "a nail"}], test=[{"fact": "magnets attract iron"}])


def squad(*pairs, version=1):
    questions = [{"id": "a", "question": q, "answers": [{"text": t, "answer_start": 0} for t in answers],
                  **({"is_impossible": not answers} if version == 2 else {})} for q, *answers in pairs]
    return json.dumps({"version": "x", "data": [{"title": "Port_Elm", "paragraphs": [
        {"context": "Port Elm has 900 people.", "qas": questions}]}]})


elm = {"title": "Port Elm", "context": "Port Elm has 900 people.", "question": "How many live in Port Elm?",
       "answer": "900", "answers": ("900",)}
case("squad/v1", {"train-v1.1.json": squad((" How many live in Port Elm? ", "900")),  # stray spaces
                  "dev-v1.1.json": squad(("What?", "A kite", "kite", "A kite"), ("In what?", "the wind"))},
     train=[{**elm, "hint": ""}], test=[{"answer": "A kite", "answers": ("A kite", "kite")}, {"answer": "the wind"}])
case("squad/v2", {"train-v2.0.json": squad(("How many live in Port Elm?", "900"), ("Who founded it?",),
                                          version=2), "dev-v2.0.json": squad(("Who?",), version=2)},
     train=[{**elm, "hint": " If the text does not answer the question, write \"unanswerable\"."},
            {"answer": "unanswerable", "answers": ("unanswerable",)}], test=[{"answer": "unanswerable"}])


# ---- reading comprehension with commonsense

cosmos = "id,context,question,answer0,answer1,answer2,answer3,label\n"
case("cosmos_qa", {
    "train.csv": cosmos + 'c,"I missed the bus, so I walked.",Why did I walk ?,I sang .,The bus left .,I ran .,No .,1\n'
                          'd,"We ate ""outside"".\n\nThen it rained .",What ?,We went in .,"We, out .",A .,B .,0\n',
    "valid.csv": cosmos + "v,He ran home .,Why ?,He was tired .,He was late .,He was out .,He was wet .,3\n"},
     train=[{"context": "I missed the bus, so I walked.", "question": "Why did I walk ?",
             "options": ("I sang .", "The bus left .", "I ran .", "No ."), "answer": "The bus left ."},
            {"context": "We ate \"outside\".\n\nThen it rained .", "answer": "We went in ."}],
     test=[{"answer": "He was wet ."}])

moss, ada, li, norvia = ({"start": a, "end": b} for a, b in ((20, 23), (0, 7), (13, 17), (65, 70)))
RECORD = {"source": "x", "idx": 0, "passage": {
    "text": "Ada Moss met Li Po. Moss spoke first.\n@highlight\nAda Moss won in Norvia",
    "entities": [moss, ada, li, {"start": 49, "end": 56}, norvia]},
    "qas": [{"query": "Prizes went to @placeholder on Friday", "idx": 0,
             "answers": [{**moss, "text": "Moss"}, {**ada, "text": "Ada Moss"}]},
            {"query": "I saw @placeholder's guests.", "idx": 1, "answers": [{**li, "text": "Li Po"}]}]}
superglue("record", "ReCoRD", {
    "source": "x", "idx": 1, "passage": {"text": "Zo\u00eb flew to Oslo.", "entities": [{"start": 0, "end": 2},
                                                                                  {"start": 12, "end": 15}]},
    "qas": [{"query": "It landed in @placeholder", "idx": 2, "answers": [{"start": 12, "end": 15, "text": "Oslo"}]}]},
    RECORD,
    train=[{"passage": "Zo\u00eb flew to Oslo.", "options": ("Oslo", "Zo\u00eb"), "answer": "Oslo"},
           {"passage": "Ada Moss met Li Po. Moss spoke first.", "query": "Prizes went to",
            "opening": "Prizes went to ...",
            "options": ("Ada Moss on Friday", "Li Po on Friday", "Moss on Friday", "Norvia on Friday"),
            "answer": "Ada Moss on Friday", "answers": ("Ada Moss on Friday", "Moss on Friday")},
           {"opening": "I saw ...", "answer": "Li Po's guests."}], test=[..., {"query": "I saw"}])


# ---- coreference

case("dpr", {"train.c.txt": "The dog chased the cat because it was bored. \nit\nThe dog,the cat\nthe dog\n\n"
                            "Ann paid Bo since she owed him.\r\nshe\r\nAnn,Bo\r\nAnn\r\n\r\n",
             "test.c.txt": "It rained, so Al ran.\nAl\nAl,It\nAl\n"},
     train=[{"sentence": "The dog chased the cat because it was bored.", "pronoun": "it",
             "options": ("The dog", "the cat"), "answer": "The dog"}, {"pronoun": "she", "answer": "Ann"}],
     test=[{"answer": "Al"}])

winogrande = [{"qID": "W", "sentence": s, "option1": a, "option2": b, "answer": n} for s, a, b, n in (
    ("Kim lent Sue a coat because _ was cold.", "Kim", "Sue", "2"), ("Bo won, so _'s car stayed.", "Bo", "Al", "1"))]
case("winogrande", {"winogrande_1.1.zip": {"winogrande_1.1/train_xl.jsonl": jsonl(*winogrande),
                                           "winogrande_1.1/dev.jsonl": jsonl(winogrande[1])}},
     train=[{"context": "Kim lent Sue a coat because", "options": ("Kim was cold.", "Sue was cold."),
             "answer": "Sue was cold."}, {"options": ("Bo's car stayed.", "Al's car stayed.")}],
     test=[{"answer": "Bo's car stayed."}])


def schema(before, pronoun, after, first, second, right):
    return (f"<schema>\n<text>\n<txt1>\n{before}\n</txt1>\n<pron> {pronoun} </pron>\n<txt2>{after}</txt2>\n</text>\n"
            f"<quote>\n<quote1></quote1>\n<pron> {pronoun} </pron>\n<quote2>demo</quote2>\n</quote>\n"
            f"<answers>\n<answer> {first} </answer>\n<answer>{second} </answer>\n</answers>\n"
            f"<correctAnswer> {right}  </correctAnswer>\n<source> demo </source>\n</schema>\n\n")


case("wsc273", {"WSCollection.xml": (
    '<?xml version="1.0" encoding="ISO-8859-1"?>\n<?xml-stylesheet href="demo.xsl"?>\n\n<collection>\n\n'
    + schema("The vase hit\nthe lamp and", "it", " \nbroke.\n", "The vase", "The lamp", "B.")
    + schema("Joan thanked Susan for the help", "she", " had  recieved.", "Joan", "Susan", "A")
    + schema("The dogs barked at the cats, so we fed", "them", ".", "The dogs", "The cats", "A.")
    + schema("The trunk would not hold the tent.", "It", " was too big.\n", "the trunk", "the tent", "B")
    + schema("Al passed the boy on", "his", " bike.", "Al", "The boy", "B")
    + schema("Bo tore the page. The glue was old.", "It", " had dried.", "the page", "glue", "B")
    + schema("Mia's aunt had left, and", "her", " place was empty.", "Mia's", "Mia's aunt", "B")
    + schema("Ann held the box of a friend because", "she", " was tired.", "Ann", "A friend", "B") * 278
    + "</collection>\n")},  # 285 schemas, of which the first 273 are used
     test=[{"context": "The vase hit the lamp and", "options": ("the vase broke.", "the lamp broke."),
            "answer": "the lamp broke."},
           {"options": ("Joan had received.", "Susan had received."), "answer": "Joan had received."},
           {"options": ("the dogs.", "the cats.")}, {"options": ("The trunk was too big.", "The tent was too big.")},
           {"options": ("Al's bike.", "the boy's bike."), "answer": "the boy's bike."},
           {"options": ("The page had dried.", "Glue had dried.")},
           {"options": ("Mia's place was empty.", "Mia's aunt's place was empty.")}, *[...] * 266])


# ---- misc.

case("trec", {"train_5500.label": b"NUM:count How many strings has it ?\nHUM:ind Who wrote\xf0Emma ?\n",
              "TREC_10.label": "LOC:city Where is Port Elm ?\n"},
     train=[{"text": "How many strings has it ?", "answer": "numeric"}, {"text": "Who wrote Emma ?"}],
     test=[{"text": "Where is Port Elm ?"}])

coqa = lambda story, *turns: {"id": "d", "filename": "x.txt", "story": story, "source": "x", "questions": [
    {"input_text": q, "turn_id": i} for i, (q, _) in enumerate(turns, 1)], "answers": [
    {"input_text": a, "turn_id": i, "span_text": ""} for i, (_, a) in enumerate(turns, 1)]}
kite = coqa("Pia has a red kite.", ("What does Pia have?", "a kite"), ("Which color?", "red"))
case("coqa", {"coqa-train-v1.0.json": json.dumps({"version": "1.0", "data": [kite]}), "coqa-dev-v1.0.json": json.dumps(
    {"version": "1.0", "data": [kite, coqa("Bo met Al.", ("Whom did he meet?", "Al"))]})},
     train=[{"text": "Pia has a red kite.", "questions": "1. What does Pia have?\n2. Which color?",
             "answer": "1. a kite\n2. red"}], test=[..., {"answer": "1. Al"}])

quac = lambda *turns: json.dumps({"data": [{"title": "Rovers", "background": "A club.", "section_title": "History",
    "paragraphs": [{"context": "They won in 1952. CANNOTANSWER", "id": "c", "qas": [
        {"question": q, "id": "c", "orig_answer": {"text": a}, "answers": [{"text": "Not the first"}]}
        for q, a in turns]}]}]})
case("quac", {"train_v0.2.json": quac(("When did they win?", "in 1952"), ("Who was the coach?", "CANNOTANSWER")),
              "val_v0.2.json": quac(("Did they win?", "They won"))},
     train=[{"title": "Rovers", "background": "A club.", "context": "They won in 1952. CANNOTANSWER",
             "question": "When did they win?", "answer": "in 1952"}, {"question": "Who was the coach?"}],
     test=[{"answer": "They won"}])

superglue("wic", "WiC",
          {"word": "bank", "sentence1": "On the bank .", "sentence2": "A bank lends .", "idx": 0, "label": False},
          {"word": "cut", "sentence1": "Cut the bread .", "sentence2": "She cut it .", "idx": 1, "label": True},
          train=[{"word": "bank", "sentence1": "On the bank .", "sentence2": "A bank lends .",
                  "options": ("different meanings", "the same meaning"), "answer": "different meanings"}, ...],
          test=[{"word": "cut", "answer": "the same meaning"}])

case("cola", {"CoLA.zip": {"CoLA/train.tsv": tsv(("x", "0", "*", "The cats sleeps."),
                                                   ("x", "1", "", "\"Who left? he said.")),
                           "CoLA/dev.tsv": tsv(("x", "1", "", "Ida sang."))}},  # no header
     train=[{"sentence": "The cats sleeps.", "options": ("unacceptable", "acceptable"), "answer": "unacceptable"},
            {"sentence": "\"Who left? he said.", "answer": "acceptable"}], test=[{"answer": "acceptable"}])

case("math", {"mathematics_dataset-v1.0.tar.gz": {
    f"mathematics_dataset-v1.0/{folder}/algebra__linear_1d.txt": text for folder, text in (
        ("interpolate", "Solve 6*y = 18 for y.\n3\n"),
        ("train-easy", "Solve 3*k - 5 = -11 for k.\n-2\nSolve 4*b = 8.\n2\n"),
        ("train-hard", "Let c be 6. Solve c*x = 12.\n2\n"), ("train-medium", "Solve 17*q - 5 = 12*q for q.\n1\n"))}},
     train=[{"question": "Solve 3*k - 5 = -11 for k.", "answer": "-2"}, {"answer": "2"},
            {"question": "Solve 17*q - 5 = 12*q for q."}, {"question": "Let c be 6. Solve c*x = 12."}],
     test=[{"answer": "3"}])

# files without splits are cut by ranks of a hash: which record is in which split is not stated here
cut_up = lambda test, dev, train: dict(test=[...] * test, dev=[...] * dev, train=[...] * train)
case("fix_punct", {"en-da.bicleaner07.txt.gz": "".join(
    f"Caf\u00e9 {i}, free of charge!\tCafe {i}, gratis!\n" for i in range(3_203))}, **cut_up(3_000, 200, 3))


# ---- summarization

email = lambda body, subject, *more: f"{body}\n\n@subject\n{subject}\n\n" + "".join(f"@ann0\n{m}\n\n" for m in more)
aeslc = "AESLC-7afc087a1cc234d07121f0d4a2d87102ddceabc2/enron_subject_line"
case("aeslc", {"AESLC.zip": {
    f"{aeslc}/train/a_1.subject": email("Please send it.\nThanks,\nAnn", "Gas report"),
    f"{aeslc}/train/a_2.subject": email("One paragraph.\n\nAnd another one.", "Two {odd}\nlines"),
    f"{aeslc}/train/b_2.subject": email("", "Nothing written"), "AESLC-7afc/README.md": "# invented\n",
    f"{aeslc}/dev/c_1.subject": email("Lunch at one?", "Lunch today", "Lunch", "Eating"),
    f"{aeslc}/test/d_1.subject": email("The price rose.", "Price of gas", "Rise").rstrip("\n") + "\n"}},
     train=[{"body": "Please send it. Thanks, Ann", "answer": "Gas report"},
            {"body": "One paragraph. And another one.", "answer": "Two {odd} lines"}, None],
     dev=[{"answer": "Lunch today"}], test=[{"body": "The price rose.", "answer": "Price of gas"}])

case("ag_news", {
    "train.csv": '"3","Mill reopens","The mill will hire 40 people."\n'
                 '"4","A ""quiet"" rocket ","Engineers say, with pride, that\\it makes ""no noise"". "\n',
    "test.csv": '"2","Rovers lose","It #39;s &lt;AB.N&gt;&lt;b&gt;: quot;odd quot;."\n'
                '"1","Norvia votes","Turnout {so far} is high."\n'},
     train=[{"title": "Mill reopens", "text": "The mill will hire 40 people.", "answer": "Business",
             "options": ("World", "Sports", "Business", "Science/Tech")},
            {"title": "A \"quiet\" rocket", "text": "Engineers say, with pride, that it makes \"no noise\".",
             "answer": "Science/Tech"}], test=[{"text": "It 's <AB.N> : \"odd \".", "answer": "Sports"}, ...])

story = lambda *parts: "\n\n".join(parts)
stories = {  # (paper, split) -> stories; the URLs are made of all three
    ("cnn", "train"): [story("(Demo) -- Snow fell.", "Ploughs came", "\"Over,\" said Bo.\"", "@highlight", "Snow falls",
                             "@highlight", "Ploughs arrive."), story("", "@highlight", "No article")],  # dropped
    ("dailymail", "train"): [story("By Bo Birch.", "A dog found gold.", "@highlight", "Dog finds gold")],
    ("cnn", "val"): [story("A kite won.", "(Ann Alder)", "@highlight", "Kite wins {soon}")], ("dailymail", "val"): [],
    ("cnn", "test"): [story("The mill is open!", "@highlight", "Mill opens")],
    ("dailymail", "test"): [story("A cow ran.", "@highlight", "Cow runs")],
}
url = lambda paper, split, i: f"http://{paper}.test/{split}/{i}.html"
case("cnn_dailymail", {
    **{f"{paper}_stories.tgz": {f"{paper}/stories/{hashlib.sha1(url(p, split, i).encode()).hexdigest()}.story": text
                                for (p, split), texts in stories.items() if p == paper for i, text in enumerate(texts)}
       for paper in ("cnn", "dailymail")},
    **{f"all_{split}.txt": lines(*(url(p, s, i) for (p, s), texts in stories.items() if s == split
                                   for i in range(len(texts)))) for split in ("train", "val", "test")}},
     train=[{"text": "(Demo) -- Snow fell. Ploughs came. \"Over,\" said Bo.\"",
             "answer": "Snow falls.\nPloughs arrive."}, None,
            {"text": "By Bo Birch. A dog found gold.", "answer": "Dog finds gold."}],
     dev=[{"text": "A kite won. (Ann Alder)", "answer": "Kite wins {soon}."}],
     test=[{"text": "The mill is open!"}, {"answer": "Cow runs."}])
LEAN["cnn_dailymail"] = {"train": [{"answer": "Snow falls.\nPloughs arrive."}, None, {"answer": "Kite wins {soon}."}],
                         "test": [{"answer": "Mill opens."}]}  # CNN only, whose dev stories are train

case("gigaword", {"ggw_data.zip": {
    "org_data/train.src.txt": lines("the port reopened .", "about ## people live there .", "a <unk> .", "snow ."),
    "org_data/train.tgt.txt": lines("port reopens", "village has ## people", "lake seen", "UNK closed by snow"),
    "org_data/dev.src.txt": lines("the mill hired ."), "org_data/dev.tgt.txt": lines("mill hires"),
    "org_data/test.src.txt": lines("a boat sank .", "snow fell ."),
    "org_data/test.tgt.txt": lines("boat sinks", "snow")}},
     train=[{"text": "the port reopened .", "answer": "port reopens"}, None, None, None], dev=[...],
     test=[{"text": "a boat sank ."}, {"answer": "snow"}])

case("multi_news", {
    "train.src.cleaned": lines("Storm hits . NEWLINE_CHAR Ten homes lost . ||||| Elm rebuilds .", "",
                               "A NEWLINE_CHAR NEWLINE_CHAR B ||||| C"),
    "train.tgt": lines("\u2013 A storm hit .", "\u2013 Nothing .", "\u2013 Letters ."),
    "val.src.cleaned": lines("Kites win ."), "val.tgt": lines("\u2013 The Kites won ."),
    "test.src.cleaned": lines("Rain .", "Fog ."), "test.tgt": lines("\u2013 It rained .", "\u2013 Fog .")},
     train=[{"text": "Storm hits .\nTen homes lost . ||||| Elm rebuilds .", "answer": "A storm hit ."}, None,
            {"text": "A\n\nB ||||| C"}], dev=[...], test=[{"answer": "It rained ."}, ...])

newsroom = lambda title, text, summary: {"url": "http://x.test", "title": title, "date": "20100101", "text": text,
                                         "summary": summary, "density": 1.0, "compression": 2.0, "density_bin": "low"}
case("newsroom", {"train.jsonl": jsonl(newsroom("Pass closed", "Fog\u2028in the pass.", "Fog closes pass."),
                                       newsroom(None, "A text without a title.", "No title.")),
                  "dev.jsonl": jsonl(newsroom("A", "Text of A.", "Short A.")),
                  "test.jsonl": jsonl(newsroom("D", "Text of D.", "Short D."), newsroom("E", "Text.", "Short E."))},
     train=[{"title": "Pass closed", "text": "Fog\u2028in the pass.", "answer": "Fog closes pass."}, None],
     dev=[{"answer": "Short A."}], test=[{"title": "D"}, ...])

opinions = {"opinion_abstracts/opinion_abstracts.zip": {
    "opinion_abstracts/idebate.json": json.dumps([
        {"_debate_name": f"Ban cars in town {i}", "_claim": f"Air would improve in town {i}", "_claim_id": f"d{i}_1",
         "_argument_sentences": {str(k): f"Reason {k}." for k in range(12)}} for i in range(603)]),
    "opinion_abstracts/rottentomatoes.json": json.dumps([
        {"_movie_name": f"the_blue_door_{i}", "_movie_id": f"m{i}", "_critic_consensus": f"A quiet film, number {i}.",
         "_critics": {str(k): f"Opinion {k}." for k in range(12)}} for i in range(602)])}}
case("opinion_abstracts_idebate", opinions, **cut_up(500, 100, 3))
case("opinion_abstracts_movie", opinions, **cut_up(500, 100, 2))

samsum = "id,dialogue,summary\r\n"
case("samsum", {
    "train.csv": samsum + '1,"Ann: Lunch?\r\nBo: Sure!",They will have lunch.\r\n'
                          '2,"Bo: <file_photo>\r\nAnn: ""Nice"", a <3","She likes it, too."\r\n'
                          '3,"",No dialogue at all.\r\n',
    "validation.csv": samsum + '4,"Ann: hi\r\nBo: hi",They greet.\r\n',
    "test.csv": samsum + '5,"Ann: bye\r\nBo: bye","They part."\r\n6,A: b,C.\r\n'},
     train=[{"dialogue": "Ann: Lunch?\nBo: Sure!", "answer": "They will have lunch."},
            {"dialogue": "Bo: \nAnn: \"Nice\", a <3", "answer": "She likes it, too."}, None],
     dev=[{"answer": "They greet."}], test=[{"answer": "They part."}, ...])

case("wiki_lingua", {"english.zip": {
    "english/train.src.en": lines("Fill a pot. Press the seed in. ", "", "Take a cup, wash it."),
    "english/train.tgt.en": lines("Plant the seed.", "Do nothing.", "Wash the cup."),
    "english/val.src.en": lines("Open it slowly."), "english/val.tgt.en": lines("Open it."),
    "english/test.src.en": lines("Pick an apple.", "Eat it."), "english/test.tgt.en": lines("Pick it.", "Eat.")}},
     train=[{"text": "Fill a pot. Press the seed in.", "answer": "Plant the seed."}, None, ...], dev=[...],
     test=[{"answer": "Pick it."}, ...])

bbc = lambda summary, *rest: ("[SN]URL[SN]\nhttp://x.test/1\n\n[SN]TITLE[SN]\nA title\n\n[SN]FIRST-SENTENCE[SN]\n"
                              f"{summary}\n\n[SN]RESTBODY[SN]\n" + lines(*rest))
case("xsum", {"XSUM-EMNLP18-Summary-Data-Original.tar.gz": {f"bbc-summary-data/{i}.summary": text for i, text in (
    ("11", bbc("Snow has shut the pass.", "Share this with", "Email", "Facebook", "Messenger", "Ploughs are out.", "",
               "Email him, said Bo.", "LinkedIn", "These are external links and will open in a new window")),
    ("13", bbc("Nothing else is known.", "Twitter")), ("14", bbc("A dev story.", "Of some length.")),
    ("15", bbc("A test story.", "Of some length.")), ("16", bbc("Fog.", "Much fog.")), ("17", bbc("In none.", "-")))},
    "XSum-TRAINING-DEV-TEST-SPLIT-90-5-5.json": json.dumps({"train": ["11", "13"], "validation": ["14"],
                                                            "test": ["15", "16"]})},
     train=[{"text": "Ploughs are out.\nEmail him, said Bo.", "answer": "Snow has shut the pass."}, None],
     dev=[{"answer": "A dev story."}], test=[{"answer": "A test story."}, {"answer": "Fog."}])


# ---- translation: a pair of each corpus, told apart by its number

PAGE = {"en": "Page {} is missing.", "es": "Falta la p\u00e1gina {}.", "fr": "La page {} manque.",
        "cs": "Strana {} chyb\u00ed.", "de": "Seite {} fehlt.", "fi": "Sivu {} puuttuu.",
        "ro": "Pagina {} lipse\u0219te.",
        "ru": "\u0421\u0442\u0440\u0430\u043d\u0438\u0446\u044b {} \u043d\u0435\u0442.", "tr": "Sayfa {} eksik."}
LANGUAGES = {"fr": "French", "cs": "Czech", "de": "German", "fi": "Finnish", "ro": "Romanian", "ru": "Russian",
             "tr": "Turkish", "es": "Spanish"}


def aligned(stem, code, number, suffix="", *odd):
    """{member: text} of two aligned files with a page and further (English, other) lines."""
    pairs = [(PAGE["en"].format(number), PAGE[code].format(number)), *odd]
    return {f"{stem}.en{suffix}": lines(*(e for e, _ in pairs)),
            f"{stem}.{code}{suffix}": lines(*(o for _, o in pairs))}


def sgm(stem, code, number, english="ref", pair=""):
    """{member: text} of a test set: sentences in <seg> marks, and around them what is to be ignored."""
    return {f"dev/{stem}-{pair or code + 'en'}-{kind}.{side}.sgm":
            f"<{kind}set setid=\"{stem}\" trglang=\"{side}\">\n<doc docid=\"d1\">\n<hl>\n</hl>\n<p>\n"
            f"<seg id=\"1\">{PAGE[side].format(number)}</seg>\n</p>\n"
            f"<seg id=\"2\">Smith & Sons</seg>\n</doc>\n</{kind}set>\n"
            for side, kind in (("en", english), (code, "src" if english == "ref" else "ref"))}  # a bare &: no valid XML


CORPORA = {
    "dev": {**aligned("dev/newstest2013", "fr", 20), **sgm("newstest2014", "fr", 30),
            **{k: v for c in ("cs", "de", "fi", "ru") for k, v in sgm("newstest2015", c, 20).items()},
            **{k: v for c in ("cs", "de", "fi", "ru", "ro", "tr") for k, v in sgm("newstest2016", c, 30).items()},
            **{k: v for c in ("ro", "tr") for k, v in sgm("newsdev2016", c, 20).items()},
            **sgm("newstestB2016", "fi", 40, english="src", pair="enfi")},  # the other way round
    "training-parallel-europarl-v7": {k: v for c in ("fr", "cs", "de") for k, v in aligned(
        f"training/europarl-v7.{c}-en", c, 1, "", ("", "x"), ("(Applause)", "")).items()},  # two to be dropped
    "training-parallel-commoncrawl": {k: v for c in ("fr", "cs", "de", "ru") for k, v in aligned(
        f"commoncrawl.{c}-en", c, 5, "", ("Page\u2028eight \x85 is {here}.", "x")).items()},
    "training-parallel-un": aligned("un/undoc.2000.fr-en", "fr", 13),
    "training-parallel-nc-v9": aligned("training/news-commentary-v9.fr-en", "fr", 16),
    "training-giga-fren": aligned("giga-fren.release2.fixed", "fr", 50, ".gz"),
    "training-parallel-nc-v11": {k: v for c in ("cs", "de", "ru") for k, v in aligned(
        f"training-parallel-nc-v11/news-commentary-v11.{c}-en", c, 10).items()},
    "training-parallel-ep-v8": {k: v for c in ("fi", "ro") for k, v in aligned(
        f"training-parallel-ep-v8/europarl-v8.{c}-en", c, 2).items()},
    "wiki-titles": {"wiki/fi-en/titles.fi-en": lines("J\u00e4rvi (Norvia) ||| Lake"), "wiki/ru-en/wiki.ru-en": lines(
        "\u041e\u0437\u0435\u0440\u043e ||| Lake")},
}
ODD, SMITH = {"sent1": "Page\u2028eight \x85 is {here}."}, {"sent1": "Smith & Sons", "answer": "Smith & Sons"}


def page(code, number):
    return {"lang1": "English", "lang2": LANGUAGES[code], "sent1": PAGE["en"].format(number),
            "answer": PAGE[code].format(number)}


def wmt(name, code, corpora, own, lean, **read):
    files = {f"wmt/{c}.zip": CORPORA[c] for c in ("dev", *corpora)}
    case(name, {**files, **own}, **{split: [page(code, e) if isinstance(e, int) else e for e in expected]
                                    for split, expected in read.items()})
    if lean:
        LEAN[name] = {**READ[name], "train": [page(code, lean), ...]}


case("para_crawl_enes", {"en-es.bicleaner07.txt.gz": "".join(
    f"{PAGE['en'].format(i)}\t{PAGE['es'].format(i)}\n" for i in range(1_203))}, **cut_up(1_000, 200, 3))
wmt("wmt14_enfr", "fr", ("training-parallel-europarl-v7", "training-parallel-commoncrawl", "training-parallel-un",
                         "training-parallel-nc-v9", "training-giga-fren"),
    {"en-fr.txt.zip": aligned("News-Commentary.en-fr", "fr", 60, "", ("a", "b"))}, 60,
    train=[1, None, None, 5, ODD, 13, 16, 50], dev=[20], test=[30, SMITH])
for code in ("cs", "de"):
    wmt(f"wmt16_{code}en", code, ("training-parallel-europarl-v7", "training-parallel-commoncrawl",
                                  "training-parallel-nc-v11"),
        {f"{code}-en.txt.zip": aligned(f"News-Commentary.{code}-en", code, 60, "", ("a", "b"))}, 60,
        train=[1, None, None, 5, ODD, 10], dev=[20, SMITH], test=[30, SMITH])
wmt("wmt16_fien", "fi", ("training-parallel-ep-v8", "wiki-titles"), {}, 0,
    train=[2, {"sent1": "Lake", "answer": "J\u00e4rvi (Norvia)"}], dev=[20, SMITH], test=[30, SMITH, 40, SMITH])
wmt("wmt16_roen", "ro", ("training-parallel-ep-v8",),
    {"setimes.en-ro.txt.tgz": aligned("setimes.en-ro", "ro", 70, ".txt", ("a", "b"))}, 70,
    train=[2, 70, ...], dev=[20, SMITH], test=[30, SMITH])
wmt("wmt16_ruen", "ru", ("training-parallel-commoncrawl", "training-parallel-nc-v11", "wiki-titles"),
    {"en-ru.txt.zip": aligned("News-Commentary.en-ru", "ru", 60, "", ("a", "b"))}, 60,
    train=[5, ODD, 10, {"sent1": "Lake"}], dev=[20, SMITH], test=[30, SMITH])
wmt("wmt16_tren", "tr", (), {"setimes.en-tr.txt.tgz": aligned("setimes.en-tr", "tr", 70, ".txt")}, 0,
    train=[70], dev=[20, SMITH], test=[30, SMITH])
