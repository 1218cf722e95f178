"""What the checks of a report read in its texts: each slip beside right texts that look like it."""

import pytest
from bifinding.corpus.schema import Finding, Given, Metric, Report, Source
from bifinding.corpus.stated import split_states
from bifinding.nlp.consistency import check_report
from bifinding.nlp.encoder import encoder
from bifinding.nlp.pipeline import Pipeline

HEADER = {"Monitoring Start Date": "10/03/2025", "Closing Meeting Finished Date": "11/03/2025"}


def issues(check: str, description=None, ratings=None, **texts: str) -> list:
    """The issues of one check in a report of 98 workers with one finding of question 7.14."""
    finding = Finding(
        id="r#1",
        source=Source(file="r"),
        texts={lang: split_states(text, lang) for lang, text in texts.items()},
        given=Given(area="PA7", question="7.14"),
    )
    made = Report(
        file="r", layout="amfori-d", header=HEADER, ratings=ratings or {},
        metrics=[Metric(name="Total workforce", value=98)],
        description=description or {}, findings=[finding] if texts else [],
    )  # fmt: skip
    records = list(Pipeline(encoder()).pipe(made.findings, ["extract"]))
    return [one for one in check_report(made, records) if one.check == check]


def language(text: str) -> str:
    return "zh" if any("\u4e00" <= sign <= "\u9fff" for sign in text) else "en"


WRONG = {
    "percentage": (
        "Of the 64 ladders inspected, only 16 (35%) had rubber feet.",
        "9 lathes (30%) out of 45 had no cover.",
        "70% of the sampled time cards (12 of 20) were signed.",
        "Of 90 lockers, 30% (18) were damaged.",
        "Half of the 48 beds (12 beds) had no ladder.",
        "6 (25%) of the 30 fire doors were wedged open.",
        "70%的受访员工（20名中的12名）不知道申诉渠道。",
        "45台缝纫机中，30%（9台）没有护针器。",
        "宿舍共有员工80名，其中25%（16名）未签字。",
    ),
    "overtime": (
        "In May the welders had 41 hours of overtime, which is below the statutory maximum of 36 hours.",
        "Overtime is 3 hours per day, 6 days per week, which makes 110 hours per month.",
        "焊工5月加班41小时，在法定36小时以内。",
        "3月加班高达50小时，控制在法律规定的36小时以内。",
        "每天加班3小时，每周4天，合计每月70小时。",
        "Overtime was within the limit of 36 hours per month; the maximum, in May 2024, was 44 hours.",
        "Monthly overtime stayed within the legal limit of 36 hours for all 12 sampled workers. The longest was 41 hours.",
        "Monthly overtime did not exceed the legal limit of 36 hours and ranged from 22 to 45 hours.",
        "Daily overtime did not exceed 3 hours; the longest overtime on one day was 5 hours.",
        "The packers worked 11 hours a day on 6 days a week, that is 60 hours a week.",
        "Overtime was 2 hours a day on 25 days, that is 60 hours a month.",
        "月加班未超过36小时的上限，最高为2024年5月的44小时。",
        "12名员工月加班均未超过法定36小时，为22至45小时。",
        "日加班未超过3小时，单日最长5小时。",
        "包装工每天工作11小时，每周6天，即每周60小时。",
        "25天每天加班2小时，即每月60小时。",
    ),
    "status_facts": (
        "Corrected. Two of the ladders have not yet been replaced.",
        "Closed. The eyewash station in the plating shop is still to be connected.",
        "Not corrected. All of the damaged sockets have now been replaced.",
        "已改善。消防泵有待更换。",
        "已整改。部分员工的合同尚未签订。",
        "未改善。损坏的插座均已更换。",
        "Not corrected. The wages that were missing at the last audit were paid out. The principle is now respected.",
        "未改善。上次所欠工资已补发。该原则目前得到遵守。",
        "已整改。打磨车间仍有3名工人未佩戴护目镜。",
    ),
    "sample_parts": (
        "45 attendance records (15 from August 2024, 15 from March 2024 and 10 from November 2024) were read.",
        "The attendance sheets of June 2024 were checked. 3 out of 8 workers worked over 60 hours a week in July 2024.",
        "在24份工资单（2024年8月、2024年3月和2024年1月各8份）中，2024年8月8名中有8名超过36小时，"
        "2024年3月8名中有7名，2024年2月8名中有3名。",
        "Of 30 files read (10 from cutting, 10 from sewing and 9 from packing), none was signed late.",
        "Time records of 20 samples (7 of June 2024, 7 of July 2024 and 7 of August 2024) were read.",
        "Six young workers (3 boys and 4 girls) loaded trucks.",
        "9 people, i.e. 5 women and 3 men, sleep in the workshop.",
        "9 out of 8 sampled workers had no contract.",
        "Of 40 lamps, 33 were in good order and 9 were broken.",
        "抽查的30份档案（裁剪10份、缝制10份、包装9份）均按时签订。",
        "六名未成年工（3男4女）搬运货物。",
        "车间内住有9人，即5名女工和3名男工。",
        "8名受访员工中有9名没有合同。",
        "40盏灯中，33盏正常，9盏损坏。",
    ),
    "insured_total": (
        "75 staff are required to join the pension scheme; 20 are beyond retirement age.",
        "56 workers were eligible for the 5 types of social insurance, and 21 workers had retired.",
        "工厂76人符合五险的参保资格（另有21人已退休）。",
    ),
    "dates": (
        "The extinguishers were replaced in the whole building on 5 May 2025.",
        "工厂于2025年6月3日对锅炉进行了检验。",
        "Based on factory tour on March 12, 2025, a stair was blocked.",
        "On the audit day, March 13, 2025, a stair was blocked.",
        "During the audit on March 12, 2025 a stair was blocked.",
        "At the time of the site tour on March 7, 2025 a stair was blocked.",
        "2025年3月12日现场走访发现楼梯被堵。",
        "审核当日（2025年3月13日），楼梯被堵。",
        "2025年3月12日审核期间，楼梯被堵。",
    ),
    "cited_articles": (
        "12 fire extinguishers were past their inspection date. (Labor Law of the PRC article 41)",
        "3名打磨工未佩戴耳塞。（《安全生产法》第四十二条）",
    ),
}  # fmt: skip
RIGHT = {
    "percentage": (
        "Of the 64 ladders inspected, only 16 (25%) had rubber feet.",
        "Of the 24 sampled workers, 3 women (25%) had no contract.",
        "Of the 24 workers, 3 (12.5%) had no contract; 2 managers (40%) had none either.",
        "3 workers (10%) of 5 departments were not insured.",
        "60% of the wages (12 of 20 workers) were paid in cash.",
        "20% of the 40 lamps (3) did not work (see photo 4).",
        "A third of the 62 lamps (20) did not work.",
        "员工80名，女工30名，其中20%（6名）怀孕。",
        "20%的罚款（12名中的4名）已退还。",
        "40名员工中25%（3个车间）未培训。",
        "60盏灯中的三分之一（20盏）不亮。",
    ),
    "overtime": (
        "Monthly overtime of 44 hours was not within the legal limit of 36 hours.",
        "Workers worked 40 hours a week, and overtime did not exceed the legal limit of 36 hours a month.",
        "Overtime of 20 hours a month did not exceed the legal limit of 3 hours a day.",
        "Overtime is 2 hours a day on 5 days a week and 8 hours on Saturdays, i.e. 74 hours a month.",
        "Overtime had been 44 hours and now stays within the legal limit of 36 hours.",
        "月加班44小时，不符合法定36小时的要求。",
        "每天工作8小时，加班不超过法律规定的3小时。",
        "加班由原来的44小时降至法定36小时以内。",
        "员工每天加班2小时，每周5天，周六加班8小时，即每月75小时。",
        "Monthly overtime was within the legal limit of 36 hours; the highest was 35 hours.",
        "Monthly overtime was within the legal limit of 36 hours; the highest weekly hours were 58 hours.",
        "Overtime in the office did not exceed 36 hours; the highest in the paint shop was 48 hours.",
        "In May 2024 overtime did not exceed 36 hours; the highest, in July 2024, was 49 hours.",
        "Overtime of 9 of 12 workers did not exceed 36 hours; the highest was 48 hours.",
        "Overtime must not exceed 36 hours a month; the highest was 30 hours.",
        "The packers worked 11 hours a day on 6 days a week, that is 66 hours a week.",
        "The packers worked 11 hours a day on 6 days a week, that is 18 hours of overtime a week.",
        "Overtime was 2 hours a day on 25 days and 8 hours on Sundays, that is 82 hours a month.",
        "日加班未超过3小时，月加班最高34小时。",
        "休息日加班未超过36小时，单日最长11小时。",
        "员工每天加班3小时，每周5天，周六8小时，即每周23小时。",
    ),
    "status_facts": (
        "Corrected. All ladders were replaced; nothing remains to be done.",
        "Corrected. The effect remains to be verified in the next audit.",
        "Corrected. The guards, which had not yet been installed at the last audit, are in place.",
        "Not corrected. All machines had been installed without safety guards.",
        "Not corrected. All guards had been removed from the presses.",
        "Not corrected. All overtime records were completed by one person.",
        "已改善。工厂仍需继续保持。",
        "已改善。锅炉证书尚未到期。",
        "已改善。上次审核时尚未安装的防护罩现已安装。",
        "未改善。考勤记录均已由一人代签完成。",
        "未改善。插座已全部更换，两个灯具损坏。",
        "Not corrected. The principle is now respected only in hall B.",
        "Not corrected. It cannot be said that the principle is now respected.",
        "未改善。该原则部分得到遵守。",
        "已改善。仍有2名未成年工，均已登记。",
    ),
    "sample_parts": (
        "Payroll records (10 from May 2024 and 10 from June 2024) were reviewed; the wages of June 2024 were paid "
        "in July 2024 to 8 of 10 workers.",
        "Records of May 2024 were reviewed; 5 of 10 workers who joined in April 2024 had no rest day.",
        "Records of May 2024 were reviewed; 5 of 10 workers exceeded 36 hours in May 2024.",
        "At 2 sites, records (10 from May 2024 and 10 from July 2024) were checked.",
        "审阅了2024年5月工资记录；10名员工中有5名的4月加班费未支付。",
        "抽样10份工资表（2024年5月5份，2024年6月5份），2024年6月的工资于2024年7月发放。",
        "Of 30 files read (10 from cutting, 10 from sewing and 10 from packing), none was signed late.",
        "5 workshops (2 floors, 4 exits) were visited.",
        "20 workers (3 from cutting and 2 from sewing) had no gloves.",
        "12 workers (3 without gloves and 10 without masks) were seen.",
        "9 people, i.e. 5 women, 3 men and a boy, sleep in the workshop.",
        "3 drills (15 of June 2024, 15 of December 2024 and 16 of January 2025) were recorded.",
        "9 guards out of 3 shifts were interviewed.",
        "Of 40 lamps, 33 were in good order and 7 were broken.",
        "Of 40 lamps, 33 were checked and 9 were broken.",
        "3个车间（白班2人、夜班2人）无人值守。",
        "3个车间中有12名员工未戴口罩。",
        "120名住宿员工中2023年入职的36人从未签字。",
        "40盏灯中，33盏正常，9个插座损坏。",
    ),
    "insured_total": (
        "77 workers were eligible for the 5 types of social insurance (another 21 have retired).",
        "56 workers were eligible for social insurance and 21 had retired; the rest were new workers.",
        "60 workers should be covered by fire drills and 20 retired.",
        "56名员工符合参保条件，21名退休返聘人员，另有21名实习生。",
    ),
    "dates": (
        "The next inspection is planned for 3 June 2025.",
        "The course was booked for all workers on 3 June 2025.",
        "The supplier was informed that wages would be paid on 15 April 2025.",
        "合同已于2025年2月1日续签至2025年12月31日。",
        "工厂已于2025年3月1日预约2025年6月3日进行检测。",
        "Based on factory tour on March 11, 2025, a stair was blocked.",
        "During the audit on January 10, 2025 a stair was blocked. It is free now.",
        "During the internal audit on March 5, 2025 a stair was blocked.",
        "During the workshop tour on March 5, 2025 the safety committee noted dust.",
        "On the day of the audit, the training of March 5, 2025 had no record.",
        "审核当天，2025年3月5日的培训没有记录。",
        "2025年3月5日安全员现场走访发现楼梯被堵。",
        "审核员于2025年3月5日收到了名单。",
    ),
    "cited_articles": (
        "Hot work was done in overtime until midnight. (Labor Law article 41)",
        "The gas detector was below the ceiling and switched off. (Work Safety Law, article 36)",
        "3名打磨工未佩戴耳塞。（《安全生产法》第四十五条）",
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("check", "text"), [(check, text) for check, texts in WRONG.items() for text in texts]
)
def test_a_text_that_contradicts_itself_is_found_once(check, text):
    found = issues(check, **{language(text): text})
    assert len(found) == 1
    assert all(place.text in text or "metrics" in place.where or place.where == "header" for place in found[0].places)  # fmt: skip


@pytest.mark.parametrize(
    ("check", "text"), [(check, text) for check, texts in RIGHT.items() for text in texts]
)
def test_a_text_that_only_looks_like_it_is_left_alone(check, text):
    assert issues(check, **{language(text): text}) == []


@pytest.mark.parametrize(
    ("check", "en", "zh"),
    [
        ("percentage", "9 of 45 lathes (30%) had no cover.", "45台车床中有9台（30%）没有防护罩。"),
        ("dates", "The drill was held on 31 April 2024.", "演习于2024年4月31日举行。"),
        ("dates", "The pump was replaced on 5 May 2025.", "水泵已于2025年5月5日更换。"),
        ("status_facts", "Corrected. One pump is still to be replaced.", "已改善。一台水泵尚待更换。"),
        ("dates", "Based on site tour on March 12, 2025, a stair was blocked.", "2025年3月12日现场走访发现楼梯被堵。"),
        ("cited_articles", "This is against Labour Law of the PRC, article 141.", "违反《劳动法》第一百四十一条。"),
        ("lowest_wage", "The minimum wage is RMB 2,010; the lowest wage was RMB 1,980, which satisfies the law.", "最低工资标准为2010元；最低工资为1980元，符合法律规定。"),
        ("overtime", "Overtime of all exceeded 36 hours; the highest figure was 31 hours in May 2024.", "所有人加班均超过36小时，最高为2024年5月的31小时。"),
    ],
)  # fmt: skip
def test_what_both_languages_say_is_one_issue(check, en, zh):
    (found,) = issues(check, en=en, zh=zh)
    assert {place.where.partition(", ")[2] for place in found.places} >= {"English", "Chinese"}


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("The audit was carried out on April 8 and 9, 2025.", "April 8 and 9, 2025"),
        ("The audit was carried out on March 11 and 12, 2025.", "March 11 and 12, 2025"),
        ("审核于2025年4月8日和9日进行。", "2025年4月8日和9日"),
        (
            "Two auditors spent 2.0 days on site, on March 12 and March 13, 2025.",
            "March 12 and March 13, 2025",
        ),
        (
            "The auditors prepared on February 20, 2025 and were on site on March 10 and 11, 2025.",
            None,
        ),
        ("The audit was carried out on March 10 and 11, 2025.", None),
    ],
)
def test_audit_days_are_read_together(text, quoted):
    found = issues("dates", description={"Audit schedule details": text})
    assert [one.places[0].text for one in found] == ([quoted] if quoted else [])


def test_worst_rating_needs_a_finding():
    ratings = {f"PA{n}": "E" if n in (7, 11) else "A" for n in range(1, 14)}
    found = issues("area_rating", ratings=ratings, en="An exit was locked.")
    assert [one.message for one in found] == ["PA11 is rated E, but no finding stands under it."]
    assert issues("area_rating", ratings=ratings) == []


def test_summary_says_whether_the_findings_are_closed():
    summary = {"Summary of findings": "Areas to improve: PA7, PA12."}
    made = Report(
        file="r", layout="amfori-d", description=summary,
        findings=[
            Finding(
                id=f"r#{question}", source=Source(file="r"),
                texts={"en": split_states("The exit was locked.", "en")},
                given=Given(area=area, question=question, status=status),
            )
            for area, question, status in (
                ("PA7", "7.14", "not_corrected"), ("PA12", "12.1", "corrected"),
            )
        ],
    )  # fmt: skip
    (found,) = check_report(made, list(Pipeline(encoder()).pipe(made.findings, ["extract"])))
    assert "no open finding stands under it" in found.message


def test_traditional_names_of_laws_are_known():
    found = issues(
        "cited_articles", zh="工廠未投保。（《中華人民共和國社會保險法》第一百五十八條）"
    )
    assert "warning" in [one.level for one in found]
