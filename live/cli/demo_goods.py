"""What the demo show sells and what its audience says. Words and numbers only."""

from dataclasses import dataclass

TITLE = "周末好物场 · 演示"
WORDS = ("扣1", "想要", "A1")
OPERATOR = "演示中控"
EMAIL = "demo@live.local"


@dataclass(frozen=True, slots=True)
class Good:
    """One item with the sale that is prepared for it; prices in 分."""

    sku: str
    art: str
    title: str
    list_price: int
    price: int
    stock: int
    units: int
    notes: str


GOODS = (
    Good("A1", "flask", "316 不锈钢保温杯 500 ml 雾蓝", 15900, 9900, 200, 60,
         "双层真空，早上八点灌的水下午还烫口；杯盖能当茶杯。颜色只剩雾蓝。"),
    Good("A2", "blanket", "A 类纯棉绒盖毯 150×200 cm", 26900, 16900, 150, 40,
         "新疆长绒棉，可机洗；空调房、沙发、车里都能用。先摸边，再说克重。"),
    Good("A3", "lamp", "护眼台灯 国 AA 级 无极调光", 32900, 19900, 120, 36,
         "Ra97，无可视频闪。打开手机慢动作给大家看灯光不闪。"),
    Good("A4", "mugs", "景德镇手绘马克杯 两只装", 13800, 7900, 180, 50,
         "釉下彩，微波炉和洗碗机都可以。每只笔触不同，收到的以实物为准。"),
    Good("A5", "candle", "大豆蜡香薰 白茶与雪松 180 g", 9900, 5900, 240, 60,
         "燃烧约 40 小时。第一次点满一小时，蜡面才平。孕期慎用。"),
    Good("A6", "steamer", "手持挂烫机 25 秒出汽 可折叠", 23900, 13900, 160, 40,
         "1200 W，出差能进登机箱。棉麻先喷后烫，真丝隔布。"),
)  # fmt: skip

NAMES = (
    "小满", "阿宁", "橙子汽水", "Lulu", "南风知意", "王阿姨", "一颗栗子", "大熊", "Momo酱", "青柠不酸",
    "老周", "圆圆", "今天早睡", "Kiki", "山里来的", "豆包妈妈", "北北", "晚晴", "路过的猫", "Jasmine",
    "三分糖", "老杨", "桃桃乌龙", "安然", "小城故事", "椰子鸡", "Tina", "半夏", "林深见鹿", "胖虎",
    "Coco", "芝士就是力量", "云朵", "阿杰", "听雨", "米粒", "春卷", "Nora", "慢慢来", "小鱼干",
)  # fmt: skip

WANTING = (
    "扣1",
    "1",
    "扣1 扣1",
    "想要",
    "想要这个",
    "A1",
    "想要 多上点",
    "蹲一个",
    "已拍",
    "拍到了！",
)
CHATTING = (
    "这个颜色好看", "有别的颜色吗", "主播再讲一下尺寸", "包邮吗", "什么时候发货", "上次买的很好用",
    "能用优惠券吗", "送人有礼盒吗", "这个能进洗碗机吗", "质量怎么样", "刚来，讲到哪了", "下一个是什么",
    "价格可以", "手慢无啊", "还会补货吗", "主播辛苦了", "听得很清楚", "支持七天无理由吗", "杭州明天能到吗",
    "给我妈也来一个",
)  # fmt: skip
