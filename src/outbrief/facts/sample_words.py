"""The words that the sample is made of: people in many scripts, companies, domains that nobody owns."""

# First name, last name, and how an address spells them.
PEOPLE = (
    ("Anna", "Lindqvist", "anna.lindqvist"), ("Élodie", "Lefèvre", "elodie.lefevre"), ("João", "Gonçalves", "joao"),
    ("Zoë", "Müller-Groß", "zoe.mueller"), ("Łukasz", "Wójcik", "lukasz.wojcik"), ("Siobhán", "O’Neill", "siobhan"),
    ("Nguyễn", "Thị Hương", "huong.nguyen"), ("Þóra", "Jónsdóttir", "thora"), ("Ağa", "Şahin", "aga.sahin"),
    ("Иван", "Петров", "ivan.petrov"), ("Ольга", "Кузнецова", "olga"), ("Ελένη", "Παπαδοπούλου", "eleni"),
    ("محمد", "الأحمد", "mohammed"), ("فاطمة", "حسن", "fatima.hassan"), ("דוד", "כהן", "david.cohen"),
    ("राहुल", "शर्मा", "rahul.sharma"), ("প্রিয়া", "সেন", "priya.sen"), ("สมชาย", "ใจดี", "somchai"),
    ("伟", "王", "wei.wang"), ("美玲", "陳", "meiling.chen"), ("さくら", "田中", "sakura.tanaka"),
    ("健太", "鈴木", "kenta"), ("민준", "김", "minjun.kim"), ("서연", "박", "seoyeon.park"),
    ("James", "Okafor", "james.okafor"), ("Maria", "García", "maria.garcia"), ("Tom", "Smith", "tom.smith"),
    ("Aisha", "Diallo", "aisha.diallo"), ("Lars", "Ødegård", "lars"), ("Chloé", "D’Angelo", "chloe.dangelo"),
)  # fmt: skip
COMPANY_FIRST = (
    "Northwind", "Blue Harbour", "Kestrel", "Alder", "Polaris", "Vega", "Granite", "Saffron", "Juniper", "Meridian",
    "Cobalt", "Tidewater", "Larch", "Orion", "Quarry", "Rowan", "Sable", "Summit", "Thistle", "Umbra",
)  # fmt: skip
COMPANY_LAST = (
    "Logistics",
    "Software",
    "Foods",
    "Energy",
    "Partners",
    "Health",
    "Robotics",
    "Textiles",
    "Media",
    "Bank",
)
COMPANY_FORM = ("GmbH", "Ltd", "Inc.", "S.A.", "AB", "株式会社", "ООО", "Pty")
INDUSTRIES = ("manufacturing", "software", "retail", "finance", "health", "energy", "media")
TAGS = ("decision maker", "trial", "newsletter", "event 2026", "partner", "enterprise", "SMB", "follow up")
SOURCES = ("import", "website", "webinar", "referral", "trade fair")
SENDERS = ("ada", "ben", "carla", "dmitri", "emi")

# Where recipients have their mailboxes: share, and how often their filters let a mail be seen.
PROVIDERS = (
    ("gmail.example", 0.24, 1.05),
    ("outlook.example", 0.17, 0.82),
    ("yahoo.example", 0.06, 0.95),
    ("icloud.example", 0.05, 1.25),
    ("gmx.example", 0.04, 0.9),
)

WORKSPACES = ("Europe", "Americas", "Asia Pacific")
# Sending domains; the last one has a bounce problem, which begins a month ago.
SENDING_DOMAINS = (
    "mail.brightpath.example",
    "hello.brightpath.example",
    "team.brightpath.example",
    "news.brightpath.example",
    "go.brightpath-offers.example",
)
TROUBLED_DOMAIN = SENDING_DOMAINS[-1]
CAMPAIGNS = (
    "Spring launch", "Founders outreach", "Webinar invitation", "Product tour", "Renewal reminder", "Win-back",
    "Partner programme", "Pricing update", "Customer story", "Conference follow-up", "Security briefing", "Free audit",
    "New integration", "Onboarding help", "Quarterly review", "Case study: logistics", "Trial extension", "Feedback",
    "Year in review", "Beta access", "Regional meet-up", "Migration offer", "Roadmap preview", "Referral bonus",
)  # fmt: skip
BOUNCE_REASONS = {
    "hard": ("550 5.1.1 User unknown", "550 5.7.1 Blocked: poor domain reputation", "554 5.4.14 Host not found"),
    "soft": ("452 4.2.2 Mailbox full", "421 4.7.0 Try again later", "451 4.3.0 Greylisted"),
}
