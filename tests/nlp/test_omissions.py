"""What stands elsewhere is no omission, and two findings are no omissions: pairs written by hand."""

import pytest
from bifinding.corpus.schema import Finding, Source
from bifinding.corpus.stated import split_states
from bifinding.nlp.consistency import check_pair, lexicon
from bifinding.nlp.encoder import encoder
from bifinding.nlp.pipeline import Pipeline


def alarms(en: str, zh: str):
    texts = {"en": split_states(en, "en"), "zh": split_states(zh, "zh")}
    finding = Finding(id="t", source=Source(file="t"), texts=texts)
    bitext = Pipeline(encoder()).process([finding], ["check"])[0]
    return [d for d in check_pair(bitext, encoder().encode) if d.level != "note"]


@pytest.mark.parametrize(
    ("en", "zh"),
    [
        (
            "Two tumble dryers had no switch on the door. The foreman took them off to save "
            "time. No accident is on record. This violates Article 36 of the Work Safety Law.",
            "审核员发现两台烘干机的门上没有安全开关，违反《安全生产法》第三十六条。"
            "班长称拆下开关是为了节省时间，目前没有事故记录。",
        ),
        (
            "Contrary to Article 50 of the Labour Law, wages of May were paid in July. Forty "
            "polishers were concerned. The bank statement was shown.",
            "5月工资7月才发放，涉及四十名抛光工。出示了银行对账单。上述做法违反《劳动法》第五十条。",
        ),
        (
            "The laundry is run by a contractor. The water is heated with gas. The ironers there "
            "have no gloves. The fee is RMB 4,500 a month.",
            "洗衣房由承包商经营，每月费用4500元。水用燃气加热。那里的熨烫工没有手套。",
        ),
        (
            "The night guards have no chairs. The gate was repainted last week. The guards bring "
            "their own torches from home.",
            "夜班保安没有椅子，手电筒是从家里自己带来的。大门上周重新刷过漆。",
        ),
        (
            "Welding fumes were not measured. Article 26 of the Law on the Prevention and Control "
            "of Occupational Diseases, according to which this is due every year, was unknown.",
            "焊接烟尘未进行检测。工厂不知道《职业病防治法》第二十六条关于每年检测的规定。",
        ),
        (
            "The cook has no bank account. His pay is handed over by the landlord in cash. Wages "
            "must be paid to the worker directly.",
            "厨师的工资由房东以现金转交，厨师没有银行账户。工资应当直接支付给劳动者本人。",
        ),
    ],
)
def test_what_the_other_text_says_in_another_place_is_no_defect(en, zh):
    assert alarms(en, zh) == []


@pytest.mark.parametrize(
    ("en", "zh", "lost"),
    [
        (
            "Two tumble dryers had no switch on the door. The foreman took them off to save "
            "time. This violates Article 36 of the Work Safety Law.",
            "审核员发现两台烘干机的门上没有安全开关。班长称拆下开关是为了节省时间。",
            "This violates Article 36 of the Work Safety Law.",
        ),
        (
            "The paint store was tidy and locked. The fire door was checked.",
            "油漆仓库整洁并上锁，检查了防火门。其中六桶稀释剂没有标签，且存放在配电箱旁。",
            "其中六桶稀释剂没有标签，且存放在配电箱旁。",
        ),
        (
            "The canteen was clean. No means of first aid, such as plasters or an eye bath, was at "
            "hand. Meals cost RMB 8.",
            "食堂干净。每餐8元。",
            "No means of first aid, such as plasters or an eye bath, was at hand.",
        ),
    ],
)
def test_a_sentence_that_is_lost_is_shown_as_a_whole(en, zh, lost):
    (found,) = alarms(en, zh)
    assert found.type == ("omission_en" if lost in zh else "omission_zh")
    assert (found.en or found.zh).text == lost


@pytest.mark.parametrize(
    ("en", "zh"),
    [
        (
            "Four of the 25 checked payslips of 3 March 2025 lacked the hours. The clerk prints "
            "them at home. Workers sign for them without reading.",
            "2025年3月3日，25具灭火器中有4具被布卷遮挡。疏散图贴得过高。仓库应急灯不亮，电工已离职。",
        ),
        (
            "Six of 30 drums in the acid store had no label. The tray under them is cracked. A new "
            "one will come by June 2025.",
            "30名受访员工中有6名不认识工会代表。选举没有公示。工厂将于2025年6月重新选举。",
        ),
    ],
)
def test_two_findings_that_share_a_date_or_a_number_are_two_findings(en, zh):
    assert [d.type for d in alarms(en, zh)] == ["wrong_finding"]


def test_what_is_denied_in_a_clause_that_the_other_text_lacks_is_an_omission():
    (found,) = alarms(
        "The gatekeeper notes the plates of trucks and files the lists, but does not search the "
        "cabins.",
        "门卫登记货车车牌，并将登记表存档。",
    )
    assert (found.type, found.en.text) == ("omission_zh", "but does not search the cabins.")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            "The form has a line for blood group and one for faith.",
            ["The form has a line for blood group and one for faith."],
        ),
        (
            "No contract between landlord and tenant was in place.",
            ["No contract between landlord and tenant was in place."],
        ),
        (
            "The exits of the hall were locked and the guard was absent.",
            ["The exits of the hall were locked", "and the guard was absent."],
        ),
        (
            "The owner checks the cards at hiring and has kept copies since May.",
            ["The owner checks the cards at hiring", "and has kept copies since May."],
        ),
        (
            "There is a box for complaints and no answer is given.",
            ["There is a box for complaints", "and no answer is given."],
        ),
    ],
)
def test_an_and_of_two_nouns_cuts_no_clause(text, parts):
    spans = lexicon.clauses(text, (0, len(text)), "en")
    assert [text[a:b] for a, b in spans] == parts


@pytest.mark.parametrize(
    ("lang", "text", "name"),
    [
        ("en", "It breaches the Law on Prevention and Control of Noise.", "Law on Prevention and"),
        ("zh", "不符合《消防法》（2021年修订）第二十八条。", "《消防法》（2021年修订）第二十八条"),
    ],
)
def test_no_clause_is_cut_within_a_fact(lang, text, name):
    whole = [(text.index(name), text.index(name) + len(name) + 10)]
    assert len(lexicon.clauses(text, (0, len(text)), lang, whole)) == 1


def test_many_ands_take_no_long():
    text = "and " * 50_000
    assert lexicon.clauses(text, (0, len(text)), "en") == [(0, len(text) - 1)]
