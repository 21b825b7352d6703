"""Invented records in the official raw formats. Nothing here was taken from a data set.

A member of an archive whose name ends in .gz holds its text gzipped. COUNTS are those of the official splits,
LEAN_COUNTS those of `lean_splits`. Shared archives (keys with a "/") are one and the same dict for all datasets.
"""
import hashlib
import json


def _jsonl(*records):
    return "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records)


def _lines(*lines):
    return "".join(line + "\n" for line in lines)


# ---- summarization
_AESLC_FOLDER = "AESLC-7afc087a1cc234d07121f0d4a2d87102ddceabc2/enron_subject_line"


def _email(body, subject, *annotators):
    return f"{body}\n\n@subject\n{subject}\n\n" + "".join(f"@ann{i}\n{s}\n\n" for i, s in enumerate(annotators))


_AESLC = {
    f"{_AESLC_FOLDER}/train/alder-a_all_1.subject": _email("Please send me the gas report.\nThanks,\nAnn",
                                                           "Gas report"),
    f"{_AESLC_FOLDER}/train/alder-a_all_2.subject": _email("One paragraph.\n\nAnd another one.", "Two {odd}\nlines"),
    f"{_AESLC_FOLDER}/train/birch-b_all_1.subject": _email("The pump is back.\n", "Pump repaired").rstrip("\n") + "\n",
    f"{_AESLC_FOLDER}/train/birch-b_all_2.subject": _email("", "Nothing written"),  # no body: dropped
    f"{_AESLC_FOLDER}/dev/cedar-c_all_1.subject": _email("Lunch at one?", "Lunch today", "Lunch", "Lunch at one",
                                                         "Eating"),
    f"{_AESLC_FOLDER}/dev/cedar-c_all_2.subject": _email("Bo is ill.", "Bo is away", "Absence", "Bo ill", "Sick leave"),
    f"{_AESLC_FOLDER}/dev/cedar-c_all_3.subject": _email("See the file.", "Contract draft", "File", "Draft",
                                                         "Document"),
    f"{_AESLC_FOLDER}/test/dogwood-d_all_1.subject": _email("The price rose.", "Price of gas", "Price", "Rise",
                                                            "Costs"),
    f"{_AESLC_FOLDER}/test/dogwood-d_all_2.subject": _email("Call me.", "Phone call", "Call", "Call me", "Phone"),
    f"{_AESLC_FOLDER}/test/elm-e_all_1.subject": _email("We meet at nine.", "Meeting at nine", "Meeting", "Nine",
                                                        "Date"),
    "AESLC-7afc087a1cc234d07121f0d4a2d87102ddceabc2/README.md": "# invented\n",
}

_AG_NEWS = {
    "train.csv": (
        '"3","Port Elm mill reopens","The paper mill in Port Elm will hire 40 people."\n'
        '"4","A ""quiet"" rocket","Engineers say, with some pride, that\\it makes ""no noise""."\n'
        '"1","Norvia votes","Norvia (Demo) - Polls opened on Sunday; turnout {so far} is high."\n'
        '"2","Kites win ","The Kites beat Rovers 3-1. "\n'),
    "test.csv": (
        '"2","Rovers lose","Rovers lost 1-3, again."\n'
        '"1","Talks on Lake Ovo","Ministers met on Lake Ovo."\n'
        '"4","New moon","A probe has seen a new moon."\n'),
}


def _story(article, *highlights):
    return "\n\n".join([*article, *(part for h in highlights for part in ("@highlight", h))])


_CNN = {  # paper -> split -> story; the URLs are made of the split and a number
    "cnn": {
        "train": [_story(["(Demo) -- Heavy snow closed the pass.", "Ploughs came at noon",
                          "\"It is over,\" said Bo.\""],
                         "Snow closes mountain pass", "Ploughs arrive at noon."),
                  _story(["A boat sank in Port Elm."], "Boat sinks"),
                  _story([""], "A story without an article"),  # dropped
                  _story(["Norvia has voted.", "(Ann Alder)"], "Norvia votes", "Turnout is high", "Result {soon}")],
        "val": [_story(["A kite won."], "Kite wins"), _story(["Rain fell."], "Rain falls"),
                _story(["Fog."], "Fog again")],
        "test": [_story(["The mill is open."], "Mill opens"), _story(["Bo is back."], "Bo returns"),
                 _story(["It is cold!"], "Cold day")],
    },
    "dailymail": {
        "train": [_story(["By Bo Birch.", "A dog found gold."], "Dog finds gold", "It was in a field")],
        "val": [_story(["A cat slept."], "Cat sleeps")],
        "test": [_story(["A cow ran."], "Cow runs")],
    },
}


def _url(paper, split, i):
    return f"http://{paper}.test/{split}/{i}.html"


def _stories(paper):
    members = {f"{paper}/stories/{hashlib.sha1(_url(paper, split, i).encode()).hexdigest()}.story": story
               for split, stories in _CNN[paper].items() for i, story in enumerate(stories)}
    return members


def _urls(split):
    return _lines(*(_url(paper, split, i) for paper in _CNN for i in range(len(_CNN[paper][split]))))


_CNN_DAILYMAIL = {"cnn_stories.tgz": _stories("cnn"), "dailymail_stories.tgz": _stories("dailymail"),
                  **{f"all_{split}.txt": _urls(split) for split in ("train", "val", "test")}}

_GIGAWORD = {"ggw_data.zip": {
    "org_data/train.src.txt": _lines("the port of elm reopened on monday after a storm .",
                                     "about ## people live there .",
                                     "a <unk> of the lake was seen .", "norvia voted on sunday , officials said ."),
    "org_data/train.tgt.txt": _lines("port of elm reopens", "village has ## people", "lake seen", "norvia votes"),
    "org_data/dev.src.txt": _lines("the mill hired workers .", "the kites won their match .", "rain fell on <unk> ."),
    "org_data/dev.tgt.txt": _lines("mill hires", "kites win", "rain falls"),
    "org_data/test.src.txt": _lines("a boat sank .", "bo birch is back in town .", "fog closed the port .",
                                    "snow fell ."),
    "org_data/test.tgt.txt": _lines("boat sinks", "birch returns", "UNK closed by fog", "snow"),
}}

_MULTI_NEWS = {
    "train.src.cleaned": _lines("Storm hits Elm . NEWLINE_CHAR Ten homes lost . ||||| Elm rebuilds .",
                                "A NEWLINE_CHAR NEWLINE_CHAR B ||||| C", "", "One article only ."),
    "train.tgt": _lines("– A storm hit Elm , which is rebuilding .", "– Letters .", "– Nothing to sum up .", "– One ."),
    "val.src.cleaned": _lines("Kites win . ||||| Rovers lose .", "Mill opens . ||||| Work at the mill .", "Fog ."),
    "val.tgt": _lines("– The Kites beat Rovers .", "– The mill is open .", "– Fog ."),
    "test.src.cleaned": _lines("Bo is back . ||||| Birch returns .", "Snow . ||||| More snow .", "Rain ."),
    "test.tgt": _lines("– Bo Birch is back .", "– Much snow .", "– It rained ."),
}


def _newsroom(title, text, summary):
    return {"url": "http://x.test/a", "archive": "", "title": title, "date": "20100101", "text": text,
            "summary": summary,
            "density": 1.0, "coverage": 0.5, "compression": 2.0, "density_bin": "low", "coverage_bin": "low",
            "compression_bin": "low"}


_NEWSROOM = {
    "train.jsonl": _jsonl(_newsroom("Pass closed", "Snow closed the pass today.", "Snow closes pass."),
                          _newsroom("Mill opens", "The mill is open.\n\nForty people work there.", "Mill hires forty."),
                          _newsroom(None, "A text without a title.", "No title."),  # dropped
                          _newsroom("Fog", "Fog\u2028in the port.", "Port closed.")),
    "dev.jsonl": _jsonl(_newsroom("A", "Text of A.", "Short A."), _newsroom("B", "Text of B.", "Short B."),
                        _newsroom("C", "Text of C.", "Short C.")),
    "test.jsonl": _jsonl(_newsroom("D", "Text of D.", "Short D."), _newsroom("E", "Text of E.", "Short E."),
                         _newsroom("F", "Text of F.", "Short F.")),
}


def _debate(i, *sentences):
    return {"_debate_name": f"Ban cars in town {i}", "_debate_id": f"d{i}", "_claim": f"Air would improve in town {i}",
            "_claim_id": f"d{i}_1", "_argument_sentences": {str(k): s for k, s in enumerate(sentences)}}


def _movie(i, *critics, consensus=None):
    return {"_movie_name": f"the_blue_door_{i}", "_movie_id": f"m{i}",
            "_critics": {str(k): s for k, s in enumerate(critics)},
            "_critic_consensus": f"A quiet, charming film, number {i}." if consensus is None else consensus}


_OPINION_ABSTRACTS = {
    "opinion_abstracts/idebate.json": json.dumps(
        [_debate(0, "Cars emit soot.", "Soot harms lungs."), _debate(1, *(f"Reason {k}." for k in range(12))),
         _debate(2),
         _debate(3, "Streets are loud.")] + [_debate(i, "Cars need room.") for i in range(4, 604)]),
    "opinion_abstracts/rottentomatoes.json": json.dumps(
        [_movie(0, "Charming and slow.", "A quiet gem."), _movie(1, *(f"Opinion {k}." for k in range(12))),
         _movie(2, "Nobody agreed.", consensus=""), _movie(3), _movie(4, "Fine.")] +
        [_movie(i, "Good.", "Bad.") for i in range(5, 605)]),
}

_SAMSUM_HEAD = "id,dialogue,summary\r\n"
_SAMSUM = {
    "train.csv": _SAMSUM_HEAD + (
        '101,"Ann: Lunch at 1?\r\nBo: Sure!",Ann and Bo will have lunch at 1.\r\n'
        '102,"Bo: <file_photo>\r\nAnn: ""Nice"", a <3 for you","Bo sends Ann a photo, and she likes it."\r\n'
        '103,"",No dialogue at all.\r\n'
        '104,"Cy: home?\r\nDi: yes",Di is at home.\r\n'),
    "validation.csv": _SAMSUM_HEAD + (
        '201,"Ann: hi\r\nBo: hi",Ann and Bo greet each other.\r\n202,"Cy: ill\r\nDi: oh",Cy is ill.\r\n'
        '203,"Ed: tea?\r\nFi: no",Fi wants no tea.\r\n'),
    "test.csv": _SAMSUM_HEAD + (
        '301,"Ann: bye\r\nBo: bye",Ann and Bo part.\r\n302,"Cy: well\r\nDi: good",Cy is well again.\r\n'
        '303,"Ed: film?\r\nFi: yes","Ed and Fi will see a film."\r\n'),
}

_WIKI_LINGUA = {"english.zip": {
    "english/train.src.en": _lines("Fill a pot with soil. Press the seed in. Water it daily.", "",
                                   "Take a cup, wash it.",
                                   "Look left and right. Then cross. "),
    "english/train.tgt.en": _lines("Plant the seed and keep it moist.", "Do nothing.", "Wash the cup.",
                                   "Look before you cross."),
    "english/val.src.en": _lines("Open the door slowly.", "Shut the door gently.", "Paint the door."),
    "english/val.tgt.en": _lines("Open the door.", "Shut the door.", "Paint."),
    "english/test.src.en": _lines("Pick an apple.", "Peel it with a knife.", "Eat it at once."),
    "english/test.tgt.en": _lines("Pick it.", "Peel it.", "Eat it."),
}}


def _bbc(summary, *lines):
    return (f"[SN]URL[SN]\nhttp://x.test/1\n\n[SN]TITLE[SN]\nA title\n\n[SN]FIRST-SENTENCE[SN]\n{summary}\n\n"
            "[SN]RESTBODY[SN]\n"
            + "\n".join(lines) + "\n")


_XSUM = {
    "XSUM-EMNLP18-Summary-Data-Original.tar.gz": {
        "bbc-summary-data/1001.summary": _bbc("Snow has shut the pass.", "Share this with", "Email", "Facebook",
                                              "Messenger",
                                              "Ploughs are on the way.", "", "Email him, said Bo.", "LinkedIn",
                                              "Copy this link",
                                              "These are external links and will open in a new window"),
        "bbc-summary-data/1002.summary": _bbc("The mill is open.", "Forty people work there."),
        "bbc-summary-data/1003.summary": _bbc("Nothing else is known.", "Twitter"),  # dropped
        "bbc-summary-data/1004.summary": _bbc("A dev story.", "Of some length."),
        "bbc-summary-data/1005.summary": _bbc("A test story.", "Of some length."),
        "bbc-summary-data/1006.summary": _bbc("Norvia has voted.", "Turnout was high."),
        "bbc-summary-data/1007.summary": _bbc("Fog.", "Much fog."),
        "bbc-summary-data/1008.summary": _bbc("Rain.", "Much rain."),
        "bbc-summary-data/1009.summary": _bbc("Wind.", "Much wind."),
        "bbc-summary-data/1010.summary": _bbc("Sun.", "Much sun."),
        "bbc-summary-data/1011.summary": _bbc("In no split.", "At all."),
    },
    "XSum-TRAINING-DEV-TEST-SPLIT-90-5-5.json": json.dumps({
        "train": ["1001", "1002", "1003", "1006"], "validation": ["1004", "1007", "1008"],
        "test": ["1005", "1009", "1010"]}),
}

# ---- translation
_PAGE = {"en": "Page {} is missing.", "es": "Falta la página {}.", "fr": "La page {} manque.", "cs": "Strana {} chybí.",
         "de": "Seite {} fehlt.", "fi": "Sivu {} puuttuu.", "ro": "Pagina {} lipsește.",
         "ru": "Страница {} отсутствует.",
         "tr": "Sayfa {} eksik."}


def _aligned(stem, code, pages, suffix="", odd=()):
    """{member: text} of two aligned files; `odd` has further (English, other) lines."""
    sides = {"en": [e for e, _ in odd], code: [o for _, o in odd]}
    return {f"{stem}.{side}{suffix}": _lines(*(_PAGE[side].format(n) for n in pages), *sides[side])
            for side in ("en", code)}


def _sgm(stem, code, pages, english="ref", into="en"):
    """{member: text} of a test set: sentences in <seg> marks, and around them what is to be ignored."""
    pair = f"{code}en" if into == "en" else f"en{code}"
    kinds = {"en": english, code: "src" if english == "ref" else "ref"}
    body = {side: "".join(f"<p>\n<seg id=\"{i}\">{_PAGE[side].format(n)}</seg>\n</p>\n" for i, n in enumerate(pages, 1))
            + "<seg id=\"99\">Smith & Sons</seg>\n" for side in kinds}  # a bare &: not valid XML
    return {f"dev/{stem}-{pair}-{kind}.{side}.sgm":
            f"<{kind}set setid=\"{stem}\" srclang=\"any\" trglang=\"{side}\">\n"
            "<doc docid=\"d1\" genre=\"news\">\n<hl>\n</hl>\n"
            f"{body[side]}</doc>\n</{kind}set>\n" for side, kind in kinds.items()}


_DEV_ZIP = {
    **_aligned("dev/newstest2013", "fr", range(20, 23)), **_sgm("newstest2014", "fr", range(30, 33)),
    **{k: v for c in ("cs", "de", "fi", "ru") for k, v in _sgm("newstest2015", c, range(20, 22)).items()},
    **{k: v for c in ("cs", "de", "fi", "ru", "ro", "tr") for k, v in _sgm("newstest2016", c, range(30, 33)).items()},
    **{k: v for c in ("ro", "tr") for k, v in _sgm("newsdev2016", c, range(20, 22)).items()},
    **_sgm("newstestB2016", "fi", range(40, 42), english="src", into="fi"),
}
# newstestB2016 has the pair the other way round: dev/newstestB2016-enfi-src.en.sgm and ...-ref.fi.sgm.

_EUROPARL_V7 = {k: v for c in ("fr", "cs", "de") for k, v in _aligned(
    f"training/europarl-v7.{c}-en", c, range(1, 4), odd=[("", _PAGE[c].format(4)), ("(Applause)", "")]).items()}
_COMMON_CRAWL = {k: v for c in ("fr", "cs", "de", "ru") for k, v in _aligned(
    f"commoncrawl.{c}-en", c, range(5, 8), odd=[("Page\u2028eight \x85 is {here}.", _PAGE[c].format(8))]).items()}
_NC_V11 = {k: v for c in ("cs", "de", "ru") for k, v in _aligned(
    f"training-parallel-nc-v11/news-commentary-v11.{c}-en", c, range(10, 13)).items()}
_EP_V8 = {k: v for c in ("fi", "ro") for k, v in _aligned(
    f"training-parallel-ep-v8/europarl-v8.{c}-en", c, range(1, 4), odd=[("", "")]).items()}
_WIKI_TITLES = {"wiki/fi-en/titles.fi-en": _lines("Järvi ||| Lake", "Hattu ||| Hat", "Saari (Norvia) ||| Island"),
                "wiki/ru-en/wiki.ru-en": _lines("Озеро ||| Lake", "Шляпа ||| Hat", "Остров ||| Island")}
_WMT = {"dev": _DEV_ZIP, "training-parallel-europarl-v7": _EUROPARL_V7, "training-parallel-commoncrawl": _COMMON_CRAWL,
        "training-parallel-un": _aligned("un/undoc.2000.fr-en", "fr", range(13, 16)),
        "training-parallel-nc-v9": _aligned("training/news-commentary-v9.fr-en", "fr", range(16, 19)),
        "training-giga-fren": _aligned("giga-fren.release2.fixed", "fr", range(50, 53), suffix=".gz"),
        "training-parallel-nc-v11": _NC_V11, "training-parallel-ep-v8": _EP_V8, "wiki-titles": _WIKI_TITLES}


def _wmt(*names):
    return {f"wmt/{name}.zip": _WMT[name] for name in ("dev", *names)}


def _pair(language, english, other):
    return {"lang1": "English", "lang2": language, "sent1": english, "answer": other}


RAW = {
    "aeslc": {"AESLC.zip": _AESLC},
    "ag_news": _AG_NEWS,
    "cnn_dailymail": _CNN_DAILYMAIL,
    "gigaword": _GIGAWORD,
    "multi_news": _MULTI_NEWS,
    "newsroom": _NEWSROOM,
    "opinion_abstracts_idebate": {"opinion_abstracts/opinion_abstracts.zip": _OPINION_ABSTRACTS},
    "opinion_abstracts_movie": {"opinion_abstracts/opinion_abstracts.zip": _OPINION_ABSTRACTS},
    "samsum": _SAMSUM,
    "wiki_lingua": _WIKI_LINGUA,
    "xsum": _XSUM,
    "para_crawl_enes": {"en-es.bicleaner07.txt.gz": _lines(*(
        f"{_PAGE['en'].format(i)}\t{_PAGE['es'].format(i) if i != 7 else ''}" for i in range(32_000)))},
    "wmt14_enfr": {**_wmt("training-parallel-europarl-v7", "training-parallel-commoncrawl", "training-parallel-un",
                          "training-parallel-nc-v9", "training-giga-fren"),
                   "en-fr.txt.zip": _aligned("News-Commentary.en-fr", "fr", range(60, 64))},
    "wmt16_csen": {**_wmt("training-parallel-europarl-v7", "training-parallel-commoncrawl", "training-parallel-nc-v11"),
                   "cs-en.txt.zip": _aligned("News-Commentary.cs-en", "cs", range(60, 64))},
    "wmt16_deen": {**_wmt("training-parallel-europarl-v7", "training-parallel-commoncrawl", "training-parallel-nc-v11"),
                   "de-en.txt.zip": _aligned("News-Commentary.de-en", "de", range(60, 64))},
    "wmt16_fien": _wmt("training-parallel-ep-v8", "wiki-titles"),
    "wmt16_roen": {**_wmt("training-parallel-ep-v8"),
                   "setimes.en-ro.txt.tgz": _aligned("setimes.en-ro", "ro", range(70, 73), suffix=".txt")},
    "wmt16_ruen": {**_wmt("training-parallel-commoncrawl", "training-parallel-nc-v11", "wiki-titles"),
                   "en-ru.txt.zip": _aligned("News-Commentary.en-ru", "ru", range(60, 64))},
    "wmt16_tren": {**_wmt(), "setimes.en-tr.txt.tgz": _aligned("setimes.en-tr", "tr", range(70, 73), suffix=".txt")},
}

FIRST = {
    "aeslc": {"body": "Please send me the gas report. Thanks, Ann", "answer": "Gas report"},
    "ag_news": {"title": "Port Elm mill reopens", "text": "The paper mill in Port Elm will hire 40 people.",
                "options": ("World", "Sports", "Business", "Science/Tech"), "answer": "Business"},
    "cnn_dailymail": {"text": "(Demo) -- Heavy snow closed the pass. Ploughs came at noon. \"It is over,\" said Bo.\"",
                      "answer": "Snow closes mountain pass.\nPloughs arrive at noon."},
    "gigaword": {"text": "the port of elm reopened on monday after a storm .", "answer": "port of elm reopens"},
    "multi_news": {"text": "Storm hits Elm .\nTen homes lost . ||||| Elm rebuilds .",
                   "answer": "– A storm hit Elm , which is rebuilding ."},
    "newsroom": {"title": "Pass closed", "text": "Snow closed the pass today.", "answer": "Snow closes pass."},
    "opinion_abstracts_idebate": {"debate": "Ban cars in town 0",
                                  "arguments": "1. Cars emit soot.\n2. Soot harms lungs.",
                                  "answer": "Air would improve in town 0"},
    "opinion_abstracts_movie": {"movie": "the blue door 0", "review": "Charming and slow.",
                                "reviews": "1. Charming and slow.\n2. A quiet gem.",
                                "answer": "A quiet, charming film, number 0."},
    "samsum": {"dialogue": "Ann: Lunch at 1?\nBo: Sure!", "answer": "Ann and Bo will have lunch at 1."},
    "wiki_lingua": {"text": "Fill a pot with soil. Press the seed in. Water it daily.",
                    "answer": "Plant the seed and keep it moist."},
    "xsum": {"text": "Ploughs are on the way.\nEmail him, said Bo.", "answer": "Snow has shut the pass."},
    "para_crawl_enes": _pair("Spanish", "Page 0 is missing.", "Falta la página 0."),
    "wmt14_enfr": _pair("French", "Page 1 is missing.", "La page 1 manque."),
    "wmt16_csen": _pair("Czech", "Page 1 is missing.", "Strana 1 chybí."),
    "wmt16_deen": _pair("German", "Page 1 is missing.", "Seite 1 fehlt."),
    "wmt16_fien": _pair("Finnish", "Page 1 is missing.", "Sivu 1 puuttuu."),
    "wmt16_roen": _pair("Romanian", "Page 1 is missing.", "Pagina 1 lipsește."),
    "wmt16_ruen": _pair("Russian", "Page 5 is missing.", "Страница 5 отсутствует."),
    "wmt16_tren": _pair("Turkish", "Page 70 is missing.", "Sayfa 70 eksik."),
}

COUNTS = {
    "aeslc": {"train": 3, "dev": 3, "test": 3, "dropped": 1},
    "ag_news": {"train": 4, "test": 3, "dropped": 0},
    "cnn_dailymail": {"train": 4, "dev": 4, "test": 4, "dropped": 1},
    "gigaword": {"train": 2, "dev": 2, "test": 3, "dropped": 4},
    "multi_news": {"train": 3, "dev": 3, "test": 3, "dropped": 1},
    "newsroom": {"train": 3, "dev": 3, "test": 3, "dropped": 1},
    "opinion_abstracts_idebate": {"train": 3, "dev": 100, "test": 500, "dropped": 1},
    "opinion_abstracts_movie": {"train": 3, "dev": 100, "test": 500, "dropped": 2},
    "samsum": {"train": 3, "dev": 3, "test": 3, "dropped": 1},
    "wiki_lingua": {"train": 3, "dev": 3, "test": 3, "dropped": 1},
    "xsum": {"train": 3, "dev": 3, "test": 3, "dropped": 1},
    "para_crawl_enes": {"train": 29_999, "dev": 200, "test": 1_000, "dropped": 1},
    "wmt14_enfr": {"train": 16, "dev": 3, "test": 4, "dropped": 2},   # 3 + 4 + 3 + 3 + 3
    "wmt16_csen": {"train": 10, "dev": 3, "test": 4, "dropped": 2},   # 3 + 4 + 3; every .sgm ends in Smith & Sons
    "wmt16_deen": {"train": 10, "dev": 3, "test": 4, "dropped": 2},
    "wmt16_fien": {"train": 6, "dev": 3, "test": 7, "dropped": 1},    # 3 + 3 titles; 4 + 3
    "wmt16_roen": {"train": 6, "dev": 3, "test": 4, "dropped": 1},
    "wmt16_ruen": {"train": 10, "dev": 3, "test": 4, "dropped": 0},   # 4 + 3 + 3 titles
    "wmt16_tren": {"train": 3, "dev": 3, "test": 4, "dropped": 0},
}

LEAN_COUNTS = {
    "cnn_dailymail": {"train": 6, "test": 3, "dropped": 1},           # CNN only; its dev stories are train
    "para_crawl_enes": {"train": 29_999, "dev": 200, "test": 1_000, "dropped": 1},
    "wmt14_enfr": {"train": 4, "dev": 3, "test": 4, "dropped": 0},
    "wmt16_csen": {"train": 4, "dev": 3, "test": 4, "dropped": 0},
    "wmt16_deen": {"train": 4, "dev": 3, "test": 4, "dropped": 0},
    "wmt16_fien": {"train": 3, "dev": 3, "test": 7, "dropped": 1},
    "wmt16_roen": {"train": 3, "dev": 3, "test": 4, "dropped": 0},
    "wmt16_ruen": {"train": 4, "dev": 3, "test": 4, "dropped": 0},
}

# name -> (split, number of the example, dropped ones counted; expected fields, in part): the oddities
MORE = {
    "aeslc": [("train", 1, {"body": "One paragraph.  And another one.", "answer": "Two {odd} lines"}),
              ("train", 2, {"answer": "Pump repaired"}), ("dev", 0, {"answer": "Lunch today"})],
    "ag_news": [("train", 1, {"title": "A \"quiet\" rocket", "answer": "Science/Tech",
                              "text": "Engineers say, with some pride, that\\it makes \"no noise\"."}),
                ("train", 3, {"title": "Kites win", "text": "The Kites beat Rovers 3-1."})],  # stray spaces
    "cnn_dailymail": [("train", 3, {"text": "Norvia has voted. (Ann Alder)",
                                    "answer": "Norvia votes.\nTurnout is high.\nResult {soon}."}),
                      ("train", 4, {"text": "By Bo Birch. A dog found gold."}), ("test", 2, {"text": "It is cold!"})],
    "gigaword": [("train", 3, {"answer": "norvia votes"}), ("test", 3, {"text": "snow fell ."})],
    "multi_news": [("train", 1, {"text": "A\n\nB ||||| C"})],
    "newsroom": [("train", 3, {"text": "Fog\u2028in the port."})],
    "opinion_abstracts_idebate": [
        ("train", 1, {"arguments": "\n".join(f"{k + 1}. Reason {k}." for k in range(10))}),
        ("dev", 0, {"debate": "Ban cars in town 4"}), ("test", 499, {"debate": "Ban cars in town 603"})],
    "opinion_abstracts_movie": [("train", 1, {"reviews": "\n".join(f"{k + 1}. Opinion {k}." for k in range(10))}),
                                ("test", 0, {"movie": "the blue door 105"})],
    "samsum": [("train", 1, {"dialogue": "Bo:  \nAnn: \"Nice\", a <3 for you"})],
    "para_crawl_enes": [("dev", 0, {"sent1": "Page 30800 is missing."}),
                        ("test", 999, {"sent1": "Page 31999 is missing."})],
    "wmt14_enfr": [("train", 8, {"sent1": "Page\u2028eight \x85 is {here}."}),
                   ("train", 17, {"answer": "La page 52 manque."}), ("test", 3, {"sent1": "Smith & Sons"})],
    "wmt16_fien": [("train", 6, {"sent1": "Island", "answer": "Saari (Norvia)"}),
                   ("test", 4, {"answer": "Sivu 40 puuttuu."})],
}
