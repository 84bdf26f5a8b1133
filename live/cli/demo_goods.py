"""What the demo show sells. Words and numbers only."""

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
