# Оқырмандарға арналған беттер: тізімдер, жеке нәрсе, тарих, көрсеткіштер, іздеу.

head-titles = Атауы
head-names = Атаулары
head-agreement = Келісім
head-commitment = Міндеттеме
head-prospect = Ниет, уәде берілмеген
head-package = Пакет
head-packages = Кіретін пакеттері
head-party = Тарап
head-parties = Тараптар
head-parent = Құрамына кіреді
head-merged = Қосылған тараптар
head-country = Ел
head-kind = Түрі
head-status = Күйі
head-signed = Қол қойылған күні
head-signatures = Қол қоюлар
head-class = Санаты
head-effect = Құқықтық күші
head-in-force = Күшіне енген күні
head-ended = Аяқталған күні
head-announced = Жарияланған күні
head-occasion = Орайы
head-statement = Не уәде етілді
head-first-statement = Бастапқы уәде
head-obligors = Орындауға міндетті
head-beneficiaries = Кім үшін
head-amount = Сома
head-made = Берілген күні
head-planned-end = Жоспарланған соңы
head-condition = Шарт
head-suspended = Тоқтатыла тұрған күні
head-verifiable = Тексеруге бола ма
head-next-due = Келесі мерзім
head-achieved = Орындалған кезеңдер
head-achieved-on = Орындалған күні
head-claim = Мәлімдеме
head-answers = Жауаптар
head-document = Құжат
head-address = Мекенжайы
head-hash = Хеш (SHA-256)
head-what = Не
head-date = Күні
head-occurred = Болған күні
head-recorded-by = Жазған
head-proposed-by = Ұсынған
head-reason = Себебі
head-note = Ескертпе
head-corrected = Түзетілді

list-agreements = { $n_form ->
    [one] { $n } келісім
   *[other] { $n } келісім
}
list-commitments = { $n_form ->
    [one] { $n } міндеттеме
   *[other] { $n } міндеттеме
}
list-packages = { $n_form ->
    [one] { $n } пакет
   *[other] { $n } пакет
}
list-parties = { $n_form ->
    [one] { $n } тарап
   *[other] { $n } тарап
}
list-indicators = { $n_form ->
    [one] { $n } көрсеткіш
   *[other] { $n } көрсеткіш
}
list-overdue = { $n_form ->
    [one] Мерзімі өткен { $n } кезең
   *[other] Мерзімі өткен { $n } кезең
}
list-more-than = { $count } астам
list-none = Ештеңе табылмады. Сүзгінің бір бөлігін алып тастаңыз немесе басқа күнді қараңыз.
list-first = Бірінші бет
list-apply = Сүзгіні қолдану
filter-words = Мәтіндегі сөздер
filter-party = Тарап
filter-agreement = Келісім
filter-package = Пакет
filter-all = Барлығы
filter-cut = Көптің ішінен алғашқы { $n } ұсынылады. Қалғандарының әрқайсысының өз беті оған қатысты тізімдерге апарады.
overdue-meaning = Орындалмаған, ал мерзімнің соңғы күні өтіп кеткен. Алғашқы күн қазіргі күннің жанында қалады.

section-figures = Көрсеткіштер
section-milestones = Кезеңдер
section-claims = Мәлімдемелер мен жауаптар
section-documents = Құжаттар
section-money = Қаражат
section-data = Не жазылды
section-bytes = Дәл байттары
section-more = Тағы
link-history = Тарихы: барлық жазбалар, түзетулерімен қоса
link-json = Дәл осы деректер JSON түрінде
link-its-agreements = Оның келісімдері
link-its-commitments = Оның міндеттемелері
link-its-overdue = Оның мерзімі өткендері
as-known = { $date } күнгі жағдай, { $position }-жазба кезіндегі мәлімет бойынша.
as-of-meaning = Бірінші күн сол күнгі жағдайды сұрайды. Екіншісі тізілімге не белгілі болғанын сұрайды: кейін жазылғанның бәрін пайдалану үшін бос қалдырыңыз.
as-of-slider = Қажетті күнге жылжытыңыз
as-of-often = Жиі сұралатын күндер

commitments-none = Мұнда әзірге бірде-бір міндеттеме жазылмаған.
commitments-first = { $n } міндеттеменің алғашқы { $shown } көрсетілген.
amount-unknown = көрсетілмеген
not-verifiable = Оның орындалғанын ешкім тексере алмайды; ол барлық көрсеткіштен тыс қалады.
milestones-none = Бірде-бір кезең жазылмаған. Бұл ештеңе істелмеді дегенді білдірмейді.
milestones-achieved = Орындалғаны: { $of }.
milestone-moved = { $n_form ->
    [one] бір рет ауыстырылды
   *[other] { $n } рет ауыстырылды
}
claims-silence = Үнсіздік келісім емес: жауапсыз мәлімдеме расталған емес, тек мәлімделген болып саналады.
answer-confirms = { $party } келіседі
answer-disputes = { $party } келіспейді
answer-verified = тексерген: { $party }
answer-none = Ешкім жауап берген жоқ.
documents-about = Тізілім мекенжай мен хешті сақтайды, құжатты ешқашан ашпайды. Құжаттың табылмай қалғаны біреу енгізсе ғана мұнда тұрады; қалғандары туралы белгісіз.
document-unavailable = { $date } күні табылмады
money-owed = Нақты бөлінген
money-planned = Жоспарланған төлем
money-paid = Төленді
money-returned = Қайтарылды

agreement-registered = тіркелген
agreement-signed = қол қойылған
agreement-provisionally_applied = уақытша қолданылуда
agreement-in_force = күшінде
agreement-suspended = тоқтатыла тұрған
agreement-ended = аяқталған
standing-open = орындалуда
standing-overdue = мерзімі өткен
standing-missed = орындалмай қалған
standing-suspended = тоқтап тұр
standing-fulfilled = орындалған
standing-cancelled_mutually = келісіммен бас тартылған
standing-cancelled_unilaterally = бір тарап бас тартқан
standing-split = бөлінген
standing-prospect = тек қарастырылуда
milestone-achieved_on_time = уақытында орындалды
milestone-achieved_late = кешігіп орындалды
milestone-achieved_timeliness_unknown = орындалды, уақытында ма – белгісіз
milestone-overdue = мерзімі өтті
milestone-in_due_window = мерзімі келді
milestone-at_risk = қауіп бар
milestone-scheduled = мерзімі алда
milestone-unscheduled = мерзімсіз
milestone-missed = орындалмады
milestone-cancelled = бас тартылды
claim-claimed = мәлімделген
claim-confirmed = расталған
claim-verified = тексерілген
claim-disputed = дауланған
claim-rejected = қабылданбаған
condition-open = әлі орындалмаған
condition-satisfied = орындалған
condition-waived = талап етілмейді
instrument-treaty = Шарт
instrument-agreement = Келісім
instrument-arrangement = Уағдаластық
instrument-memorandum = Меморандум
instrument-protocol = Хаттама
instrument-exchange_of_notes = Ноталар алмасу
instrument-declaration = Декларация
instrument-contract = Келісімшарт
instrument-programme = Бағдарлама
instrument-unknown = Түрі белгісіз құжат
effect-binding = міндетті
effect-political = саяси
effect-contractual = келісімшарттық
effect-unknown = белгісіз
party-state = Мемлекет
party-government_body = Мемлекеттік орган
party-company = Компания
party-university = Университет
party-io = Халықаралық ұйым
family-party = Тарап
family-package = Пакет
family-agreement = Келісім
family-commitment = Міндеттеме немесе ниет
family-indicator = Көрсеткіш
indicator-rate = Айырбас бағамы: { $base } – { $quote }
indicator-rate-value = 1 { $base } = { $rate } { $quote }
indicator-values = Мәндері
indicator-values-none = Әзірге бірде-бір мән енгізілмеген.
indicator-context = Көрсеткіш міндеттемелердің жағдайын көрсетеді. Ол ешқашан орындалған міндеттеме болып саналмайды.
indicator-unit = Өлшем бірлігі
indicator-direction = Қай бағыт жақсырақ
indicator-sums = Мәндерін қосуға бола ма
indicator-sums-yes = иә
indicator-sums-no = жоқ
indicator-all = Барлық көрсеткіштер
direction-up = көбейгені жақсы
direction-down = азайғаны жақсы
direction-none = маңызды емес
family-ledger = Тізілімнің өзі

figure-of = { $whole } ішінен { $part }
figure-completion = Орындалуы
figure-completion-mean = Орташа орындалуы
figure-partial = Істелді деп мәлімделгенімен бірге
figure-on-time = Уақытында орындалғаны
figure-verified = Басқа тарап растағаны
figure-disputed = Дауланғаны
figure-honoured = Орындалған міндеттемелер
figure-cancelled = Бас тартылғаны
figure-slippage = Алғашқы күннен кешігу күндері, орта мән
figure-freshness = Соңғы хабартен бергі күндер
figure-committed = Нақты бөлінген
figure-disbursed = Төленді
figure-returned = Қайтарылды
figure-delivered = Бөлінгеннен төленген үлес
figures-stand-on = { $n_form ->
    [one] { $n } міндеттеменің { $measurable } өлшенеді.
   *[other] { $n } міндеттеменің { $measurable } өлшенеді.
}
figures-unverifiable = { $n_form ->
    [one] { $n } міндеттемені ешкім тексере алмайды, ол есепке алынбайды.
   *[other] { $n } міндеттемені ешкім тексере алмайды, олар есепке алынбайды.
}
figures-money-elsewhere = Қаражат – жеке тұрған міндеттемелердікі. Басқалардың сомасына кіретін қаражат пен бәрі бір валютада мұнда көрсетілмейді; олар толық көрсеткіштерде: { $path }
figures-prospects = { $n_form ->
    [one] { $n } ниет уәде ретінде саналмайды.
   *[other] { $n } ниет уәде ретінде саналмайды.
}
explain-value = Мәні
explain-meaning = Бұл не
explain-input-numerator = Бөлігі
explain-input-denominator = Барлығы
explain-input-timeliness-unknown = Мерзімінде орындалғаны белгісіз
explain-input-equal-weights = Салмақтары тең
explain-input-last-report = Соңғы хабар
explain-input-unconverted = Бағамы жоқ төлемдер
explain-input-horizon-days = Жақын деп есептелетін күндер саны
explain-input-last-day = Соңғы күн
explain-input-owed-without-rate = Бағамы жоқ міндеттемелер
explain-input-scored = Бағасы барлар
explain-input-substantial-from = Елеулі деп есептелетін шегі
explain-input-tolerance = Рұқсат етілген айырма
explain-input-start = Басталуы
explain-input-overdue = Мерзімі өткендер
explain-input-missed = Орындалмағандар
explain-input-cancelled-unilaterally = Бір тарап бас тартқандар
explain-input-milestones = Кезеңдер
explain-input-due = Салыстырылған мерзім
explain-input-due-current = қазіргі мерзім
explain-input-due-baseline-0 = алғашқы мерзім
explain-formula = Формула
explain-entries = { $n_form ->
    [one] { $n } жазбаға негізделген
   *[other] { $n } жазбаға негізделген
}
explain-first = Алғашқы { $n } көрсетілген; интерфейс бәрін атайды.
explain-again = Осы жазбалардың өзінен көрсеткішті қайта есептеуге болады.
formula-elsewhere = Есептелуі көрсеткіштер сипаттамасында осы атаумен берілген.

search-title = Тізілімнен іздеу
search-label = Іздейтін сөздер
search-hint = Кез келген тілде; сөздің бөлігі де табылады.
search-found = { $n_form ->
    [one] «{ $words }» кездесетін { $n } мәтін
   *[other] «{ $words }» кездесетін { $n } мәтін
}
search-none = Ештеңе табылмады. Сөзді азайтып немесе сөздің бір бөлігін жазып көріңіз.
search-narrower = Тағы бар; азайту үшін сөз қосыңыз.

history-title = Тарихы: { $stream }
entry-title = { $position }-жазба
entry-just-after = { $position }-жазбадан кейінгі жағдай
entry-json = { $position }-жазба JSON түрінде
entry-proof = { $position }-жазбаның дәлелі
entry-bytes = Бұл байттар – ағаштың жапырағы; хеші жоғарыда көрсетілген.
corrected-from-to = «{ $old }» орнына «{ $new }»

entries-title = Соңғы жазбалар
entries-lead = Не жазылғаны, жаңасынан бастап, күндер бойынша (UTC). Әр күннің басында әр түрінен қанша жазба көрсетілгені тұрады.
entries-families = Тек мына жазбалар
entries-none = Мұнда бұл сүзгіге сай жазба жоқ. Сүзгінің бір бөлігін алып тастаңыз немесе бұрынғы жазбаларды қараңыз.
entries-newest = Ең жаңалары
entries-older = Бұрынғылары
