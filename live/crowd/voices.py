"""Who watches the demo and how they talk: names that are made up on the way, and a manner each.

People differ, and so must the counts: most write 扣1, some 想要, a few an item's number, and many only ask.
"""

import random
from dataclasses import dataclass

NICKNAMES = (
    "小满", "阿宁", "橙子汽水", "南风知意", "王阿姨", "一颗栗子", "大熊", "青柠不酸", "老周", "圆圆", "今天早睡",
    "山里来的", "豆包妈妈", "北北", "晚晴", "路过的猫", "三分糖", "老杨", "桃桃乌龙", "安然", "小城故事", "椰子鸡",
    "半夏", "林深见鹿", "胖虎", "芝士就是力量", "云朵", "阿杰", "听雨", "米粒", "春卷", "慢慢来", "小鱼干",
)  # fmt: skip
BEGINNINGS = ("爱吃", "早起的", "隔壁", "江南", "姓", "一只", "冬天的", "二楼", "不熬夜的", "小")
ENDINGS = (
    "西瓜",
    "陈",
    "糯米",
    "李姐",
    "柠檬",
    "麻雀",
    "汤圆",
    "妈妈",
    "阿黄",
    "葡萄",
    "萝卜",
    "风",
)
FIRST_NAMES = (
    "Lulu",
    "Momo",
    "Kiki",
    "Jasmine",
    "Tina",
    "Coco",
    "Nora",
    "Leo",
    "Ada",
    "Ken",
    "Vivi",
    "Sam",
)

ASKS_ZH = (
    "这个颜色好看", "有别的颜色吗", "主播再讲一下尺寸", "包邮吗", "什么时候发货", "上次买的很好用", "能用优惠券吗",
    "送人有礼盒吗", "能进洗碗机吗", "质量怎么样", "刚来，讲到哪了", "下一个是什么", "价格可以", "手慢无啊", "还会补货吗",
    "主播辛苦了", "听得很清楚", "支持七天无理由吗", "杭州明天能到吗", "给我妈也来一个", "去年买过一个，用到现在没坏，就是颜色少了点",
    "坐标成都，想问下顺丰还是中通，家里没人能放驿站吗，上次有一单快递直接放门口被雨淋了，这次能不能备注一下，谢谢主播",
)  # fmt: skip
ASKS_EN = (
    "looks good in blue", "how long does shipping take?", "is it dishwasher safe?", "just joined, what did I miss",
    "what is next?", "price is fair", "can you show the inside?", "does it fit a cup holder", "bought one last month, love it",
    "any gift box?", "do you ship to Shenzhen?",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Manner:
    """What somebody writes who wants it, how much of their talk that is, and what they say otherwise."""

    wants: tuple[str, ...]
    eager: float
    asks: tuple[str, ...]


MANNERS = (
    (0.42, Manner(("扣1", "1", "扣1 扣1", "1 1 1"), 0.6, ASKS_ZH)),
    (0.21, Manner(("想要", "想要这个", "想要 多上点", "蹲一个"), 0.5, ASKS_ZH)),
    (0.07, Manner(("A1", "A1 两件", "拍 A1"), 0.5, ASKS_ZH)),
    (0.16, Manner(("已拍", "拍到了！", "手快拍到"), 0.15, ASKS_ZH)),
    (0.14, Manner(("want this", "got one!", "1", "in my cart"), 0.4, ASKS_EN)),
)


def new_name(manner: Manner) -> str:
    """A nickname as people choose them; two guests may have the same."""
    draw = 1.0 if manner.asks is ASKS_EN else random.random()
    if draw < 0.45:
        return random.choice(NICKNAMES)
    if draw < 0.75:
        return random.choice(BEGINNINGS) + random.choice(ENDINGS)
    return random.choice(FIRST_NAMES) + random.choice(("", "", str(random.randint(2, 99))))


def new_manner() -> Manner:
    """By the shares of MANNERS."""
    (found,) = random.choices([m for _, m in MANNERS], [share for share, _ in MANNERS])
    return found


def says(manner: Manner, *, is_selling: bool) -> str:
    """The next comment of somebody of that manner."""
    wanting = random.random() < manner.eager * (1.0 if is_selling else 0.25)
    return random.choice(manner.wants if wanting else manner.asks)
