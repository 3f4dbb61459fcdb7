# Страницы для читающих: списки, отдельная вещь, история, показатели, поиск.

head-titles = Название
head-names = Названия
head-agreement = Соглашение
head-commitment = Обязательство
head-prospect = Намерение, не обещано
head-package = Пакет
head-packages = Входит в пакеты
head-party = Сторона
head-parties = Стороны
head-parent = Входит в состав
head-merged = Присоединены
head-country = Страна
head-kind = Вид
head-status = Состояние
head-signed = Подписано
head-signatures = Подписи
head-class = Класс
head-effect = Юридическая сила
head-in-force = Вступило в силу
head-ended = Окончание
head-announced = Объявлен
head-occasion = Повод
head-statement = Что обещано
head-first-statement = Первоначальное обещание
head-obligors = Кто должен выполнить
head-beneficiaries = Для кого
head-amount = Сумма
head-made = Дано
head-planned-end = Плановое окончание
head-condition = Условие
head-suspended = Приостановлено с
head-verifiable = Можно ли проверить
head-next-due = Ближайший срок
head-achieved = Выполнено этапов
head-achieved-on = Выполнено
head-claim = Заявление
head-answers = Ответы
head-document = Документ
head-address = Адрес
head-hash = Хеш (SHA-256)
head-what = Что
head-date = Дата
head-occurred = Произошло
head-recorded-by = Записал
head-proposed-by = Предложено
head-reason = Почему
head-note = Примечание
head-corrected = Исправлено

list-agreements = { $n_form ->
    [one] { $n } соглашение
    [few] { $n } соглашения
    [many] { $n } соглашений
   *[other] { $n } соглашения
}
list-commitments = { $n_form ->
    [one] { $n } обязательство
    [few] { $n } обязательства
    [many] { $n } обязательств
   *[other] { $n } обязательства
}
list-packages = { $n_form ->
    [one] { $n } пакет
    [few] { $n } пакета
    [many] { $n } пакетов
   *[other] { $n } пакета
}
list-parties = { $n_form ->
    [one] { $n } сторона
    [few] { $n } стороны
    [many] { $n } сторон
   *[other] { $n } стороны
}
list-indicators = { $n_form ->
    [one] { $n } показатель
    [few] { $n } показателя
    [many] { $n } показателей
   *[other] { $n } показателя
}
list-overdue = { $n_form ->
    [one] { $n } просроченный этап
    [few] { $n } просроченных этапа
    [many] { $n } просроченных этапов
   *[other] { $n } просроченного этапа
}
list-more-than = Больше чем { $count }
list-none = Ничего не найдено. Уберите часть условий или посмотрите на другую дату.
list-first = Первая страница
list-apply = Применить фильтр
filter-words = Слова в тексте
filter-party = Сторона
filter-agreement = Соглашение
filter-package = Пакет
filter-all = Все
filter-cut = Из многих предлагаются первые { $n }. Страница любого другого ведёт к тому, что к нему относится.
overdue-meaning = Не выполнено, а последний день срока прошёл. Первая дата остаётся рядом с нынешней.

section-figures = Показатели
section-milestones = Этапы
section-claims = Заявления и ответы
section-documents = Документы
section-money = Средства
section-data = Что записано
section-bytes = Точные байты
section-more = Дополнительно
link-history = История: все записи, включая исправления
link-json = То же в виде данных (JSON)
link-its-agreements = Его соглашения
link-its-commitments = Его обязательства
link-its-overdue = Что у него просрочено
as-known = На дату: { $date }, по сведениям на запись { $position }.
as-of-meaning = Первая дата спрашивает, что было верно на день. Вторая – что знал реестр: оставьте её пустой, чтобы учесть всё записанное позже.
as-of-slider = Передвиньте к нужному дню
as-of-often = Часто спрашивают

commitments-none = Здесь пока не записано ни одного обязательства.
commitments-first = Показаны первые { $shown } из { $n }.
amount-unknown = не указана
not-verifiable = Никто не мог бы проверить, выполнено ли оно; в показателях оно не учитывается.
milestones-none = Ни один этап не записан. Это не значит, что ничего не сделано.
milestones-achieved = Выполнено: { $of }.
milestone-moved = { $n_form ->
    [one] перенесён { $n } раз
    [few] перенесён { $n } раза
    [many] перенесён { $n } раз
   *[other] перенесён { $n } раза
}
claims-silence = Молчание – не согласие: заявление без ответа считается заявленным, а не подтверждённым.
answer-confirms = { $party }: согласна
answer-disputes = { $party }: не согласна
answer-verified = проверено: { $party }
answer-none = Никто не ответил.
documents-about = Реестр хранит адрес и хеш и никогда не открывает документ. То, что документ больше не найти, указано здесь, только если кто-то это внёс; об остальных это неизвестно.
document-unavailable = Не найден: { $date }
money-owed = Твёрдо выделено
money-planned = Плановый платёж
money-paid = Выплачено
money-returned = Возвращено

agreement-registered = внесено
agreement-signed = подписано
agreement-provisionally_applied = применяется временно
agreement-in_force = в силе
agreement-suspended = приостановлено
agreement-ended = завершено
standing-open = выполняется
standing-overdue = просрочено
standing-missed = сорвано
standing-suspended = приостановлено
standing-fulfilled = выполнено
standing-cancelled_mutually = отменено по согласию
standing-cancelled_unilaterally = отменено одной стороной
standing-split = разделено
standing-prospect = только рассматривается
milestone-achieved_on_time = выполнен в срок
milestone-achieved_late = выполнен с опозданием
milestone-achieved_timeliness_unknown = выполнен, в срок ли – неизвестно
milestone-overdue = просрочен
milestone-in_due_window = срок наступил
milestone-at_risk = под угрозой
milestone-scheduled = срок впереди
milestone-unscheduled = без срока
milestone-missed = сорван
milestone-cancelled = отменён
claim-claimed = заявлено
claim-confirmed = подтверждено
claim-verified = проверено
claim-disputed = оспорено
claim-rejected = отклонено
condition-open = ещё не выполнено
condition-satisfied = выполнено
condition-waived = снято
instrument-treaty = Договор
instrument-agreement = Соглашение
instrument-arrangement = Договорённость
instrument-memorandum = Меморандум
instrument-protocol = Протокол
instrument-exchange_of_notes = Обмен нотами
instrument-declaration = Декларация
instrument-contract = Контракт
instrument-programme = Программа
instrument-unknown = Документ неизвестного вида
effect-binding = обязывающее
effect-political = политическое
effect-contractual = договорное
effect-unknown = не известна
party-state = Государство
party-government_body = Государственный орган
party-company = Компания
party-university = Университет
party-io = Международная организация
family-party = Сторона
family-package = Пакет
family-agreement = Соглашение
family-commitment = Обязательство или намерение
family-indicator = Показатель
indicator-rate = Обменный курс { $base } – { $quote }
indicator-rate-value = 1 { $base } = { $rate } { $quote }
indicator-values = Значения
indicator-values-none = Пока не внесено ни одного значения.
indicator-context = Показатель описывает обстоятельства обязательств. Он никогда не считается выполненным обязательством.
indicator-unit = Единица измерения
indicator-direction = Какое направление лучше
indicator-sums = Можно ли складывать значения
indicator-sums-yes = да
indicator-sums-no = нет
indicator-all = Все показатели
direction-up = чем больше, тем лучше
direction-down = чем меньше, тем лучше
direction-none = не имеет значения
family-ledger = Сам реестр

figure-of = { $part } из { $whole }
figure-completion = Выполнение
figure-completion-mean = Среднее выполнение
figure-partial = С учётом заявленного
figure-on-time = Выполнено в срок
figure-verified = Подтверждено другой стороной
figure-disputed = Оспорено
figure-honoured = Выполненные обязательства
figure-cancelled = Отменено
figure-slippage = Дней опоздания от первой даты, медиана
figure-freshness = Дней с последнего отчёта
figure-committed = Твёрдо выделено
figure-disbursed = Выплачено
figure-returned = Возвращено
figure-delivered = Доля выплаченного от выделенного
figures-stand-on = { $n_form ->
    [one] Измеримы { $measurable } из { $n } обязательства.
    [few] Измеримы { $measurable } из { $n } обязательств.
    [many] Измеримы { $measurable } из { $n } обязательств.
   *[other] Измеримы { $measurable } из { $n } обязательств.
}
figures-unverifiable = { $n_form ->
    [one] { $n } никто не может проверить, оно отложено.
    [few] { $n } никто не может проверить, они отложены.
    [many] { $n } никто не может проверить, они отложены.
   *[other] { $n } никто не может проверить, они отложены.
}
figures-money-elsewhere = Деньги – обязательств, стоящих отдельно. Деньги внутри сумм других и всё в одной валюте здесь не показаны; они есть в полных показателях: { $path }
figures-prospects = { $n_form ->
    [one] { $n } намерение не считается обещанием.
    [few] { $n } намерения не считаются обещаниями.
    [many] { $n } намерений не считаются обещаниями.
   *[other] { $n } намерения не считаются обещаниями.
}
explain-value = Значение
explain-meaning = Что это
explain-input-numerator = Часть
explain-input-denominator = Целое
explain-input-timeliness-unknown = Неизвестно, в срок ли
explain-input-equal-weights = Веса равны
explain-input-last-report = Последнее сообщение
explain-input-unconverted = Платежи без курса
explain-input-horizon-days = Сколько дней вперёд считаются близкими
explain-input-last-day = Последний день
explain-input-owed-without-rate = Долги без курса
explain-input-scored = С оценкой
explain-input-substantial-from = Считается существенным от
explain-input-tolerance = Допустимая разница
explain-input-start = Начало
explain-input-overdue = Просрочено
explain-input-missed = Не выполнено
explain-input-cancelled-unilaterally = Снято одной стороной
explain-input-milestones = Этапы
explain-input-due = Относительно
explain-input-due-current = нынешнего срока
explain-input-due-baseline-0 = первого срока
explain-formula = Формула расчёта
explain-entries = { $n_form ->
    [one] Основан на { $n } записи
    [few] Основан на { $n } записях
    [many] Основан на { $n } записях
   *[other] Основан на { $n } записи
}
explain-first = Перечислены первые { $n }; интерфейс называет все.
explain-again = Из одних этих записей показатель можно вычислить заново.
formula-elsewhere = Расчёт описан под этим именем в описании показателей.

search-title = Поиск по реестру
search-label = Слова для поиска
search-hint = На любом из языков; находятся и части слов.
search-found = { $n_form ->
    [one] { $n } текст со словами «{ $words }»
    [few] { $n } текста со словами «{ $words }»
    [many] { $n } текстов со словами «{ $words }»
   *[other] { $n } текста со словами «{ $words }»
}
search-none = Ничего не найдено. Попробуйте меньше слов или часть слова.
search-narrower = Есть ещё; добавьте слово, чтобы найти меньше.

history-title = История: { $stream }
entry-title = Запись { $position }
entry-just-after = Состояние сразу после записи { $position }
entry-json = Запись { $position } в виде данных (JSON)
entry-proof = Доказательство записи { $position }
entry-bytes = Эти байты – лист дерева; их хеш указан выше.
corrected-from-to = вместо «{ $old }» теперь «{ $new }»

entries-title = Последние записи
entries-lead = Что внесено, начиная с последнего, по дням (UTC). Каждый день начинается с того, сколько записей какого вида показано.
entries-families = Только записи о
entries-none = Здесь нет записей, отвечающих фильтру. Уберите часть условий или посмотрите более ранние записи.
entries-newest = Последние
entries-older = Более ранние
