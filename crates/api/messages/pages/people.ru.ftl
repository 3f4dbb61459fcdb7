# Люди, сеансы, согласование, управление, моя работа.

nav-review = Согласование
nav-account = Моя учётная запись
nav-admin = Управление
nav-sign-out = Выйти
nav-session-ends = Ваш сеанс завершится { $at }, если вы ничего не сделаете.
nav-session-extend = Продлить
nav-session-soon = Ваш сеанс скоро завершится. Продлите его, чтобы не потерять введённое.
nav-session-extended = Ваш сеанс продолжается.
people-sign-in = Войти
people-sign-in-help = Если у вас нет учётной записи или вы забыли пароль, обратитесь к администратору этого реестра.
people-user = Имя пользователя
people-user-hint = Псевдоним, который навсегда останется в записях: буквы a–z, цифры, «-» и «_».
people-password = Пароль
people-name = Имя
people-name-hint = Только для администраторов; в журнале его нет нигде.
people-party = Сторона
people-no-party = без стороны
people-role = Роль
people-lang = Язык
people-lang-any = как в браузере
people-since = С какого дня
people-state = Состояние
role-reader = Читатель
role-reader-about = Только читает.
role-recorder = Вносящий
role-recorder-about = Вносит или предлагает заявления своей стороны.
role-reviewer = Согласующий
role-reviewer-about = Тоже вносит и решает о том, что предлагают другие от его стороны.
role-verifier = Проверяющий
role-verifier-about = Вносит проверки, оценки и подтверждающие документы, и больше ничего.
role-administrator = Администратор
role-administrator-about = Ведёт учётные записи и может вносить от любой стороны; своё предложение не одобряет никогда.
scope-read = Чтение
scope-record = Внесение от моей стороны
scope-admin = Внесение от любой стороны
account-title = Моя учётная запись
account-session = Сеанс работы
account-session-ends = В любом случае завершится { $at }.
password-title = Сменить пароль
password-temporary = Этот пароль дал вам кто-то другой. Прежде чем продолжить, выберите свой.
password-present = Нынешний пароль
password-new = Новый пароль
password-again = Новый пароль ещё раз
password-hint = Не менее 12 символов. Подойдут несколько слов, которые вы помните вместе.
password-submit = Сменить
token-title = Токены доступа
token-about = С токеном ваша программа обращается к интерфейсу от вашего имени. Он не разрешает больше, чем ваша роль.
token-made = Это ваш новый токен. Скопируйте его сейчас: он показывается только один раз.
token-label = Для чего он
token-label-hint = Например, «ежемесячный отчёт».
token-scope = Что он разрешает
token-since = Создан
token-state = Состояние
token-good = действует, пока не отозван
token-good-until = действует до { $date }
token-expired = истёк { $date }
token-revoked = отозван { $date }
token-good-for = Срок действия
token-new = Новый токен
token-make = Создать токен
token-revoke = Отозвать
token-revoke-one = Отозвать токен { $id }
admin-users = Пользователи
admin-new = Новая учётная запись
admin-create = Открыть учётную запись
admin-save-role = Сохранить роль и сторону
admin-more = Пароль и учётная запись
admin-ends-sessions = Каждое из этих изменений завершает сеансы этого человека.
admin-reset = Создать новый пароль
admin-close = Закрыть учётную запись
admin-open = Открыть снова
admin-password-made = Передайте этот пароль человеку. Он показывается только один раз и должен быть изменён при первом входе.
admin-audit = Список контроля
admin-status = Состояние реестра
user-active = действует
user-closed = закрыта
user-no-password = без пароля
user-new-password = должен сменить пароль
audit-about = Что делали люди с учётными записями и каждая отклонённая попытка. Сохраняется сеть, а не адрес.
audit-all = Показать всё
audit-only-refused = Показать только отклонённые попытки
audit-empty = Пока ничего не отмечено.
audit-newer = Новее
audit-older = Старее
audit-at = Когда
audit-deed = Что сделано
audit-who = Кто
audit-what = О чём
audit-why = Почему отклонено
audit-network = Сеть
deed-signed_in = вход
deed-sign_in_refused = вход отклонён
deed-signed_out = выход
deed-refused = попытка отклонена
deed-user_created = учётная запись открыта
deed-user_disabled = учётная запись закрыта
deed-user_enabled = учётная запись открыта снова
deed-role_changed = роль изменена
deed-password_reset = создан новый пароль
deed-password_changed = пароль изменён
deed-token_created = токен создан
deed-token_revoked = токен отозван
deed-proposed = предложено
deed-approved = одобрено
deed-returned = возвращено
deed-withdrawn = снято
deed-went_stale = устарело
status-ledger = Реестр
status-head = Записи
status-read-model = Записи, которые показывают страницы
status-lag = Записи на пути к страницам
status-trouble = Помеха
status-none = нет
status-four-eyes = Проверка вторым лицом
status-four-eyes-on = действует
status-four-eyes-off = не действует
status-key = Открытый ключ журнала
status-bus = Опубликовано до записи
status-checkpoint = Новейшая контрольная точка
status-no-checkpoint = У этого журнала ещё нет контрольной точки.
review-off = Этот реестр требует одного человека. Предложенное, когда требовались двое, ждёт здесь.
review-mine = Решать вам
review-returned = Возвращено вам
review-waiting = Предложено вами, ждёт другого
review-nothing = Сейчас ничего нет.
review-by = Предложил(а) { $by }, { $at }
review-reason = Почему возвращено
review-stale = Предмет изменился с момента предложения. Если одобрить, ничего не будет внесено, а автор узнает об этом.
review-changes = Что будет исправлено
review-field = Поле
review-before = До
review-after = После
review-data = Что будет внесено
review-evidence = Подтверждающие документы
review-no-evidence = Ни один документ этого не подтверждает.
review-decide = Ваше решение
review-approve = Одобрить: будет внесено
review-return = Вернуть
review-return-reason = Или вернуть: почему?
review-done = { $what }: { $state } – { $about }
review-item = { $what }: { $about }
review-pair = { $key }: { $value }
review-see = Посмотреть
review-mend = Изменить ответы и предложить заново
review-again = Предложить снова, по нынешнему состоянию
review-withdraw = Снять это предложение
command-ImportTable = Импорт таблицы
command-TakeTableBack = Отзыв таблицы
review-table = Таблица «{ $name }» со всем, что из неё будет внесено, по порядку: { $n }. Вы одобряете или возвращаете её целиком.
review-table-open = К таблице
review-row = №
review-command = Что вносится
review-about = О чём
review-said = Какими словами
review-own = Это предложили вы. Решает другой человек от вашей стороны.
review-not-yours = Решает согласующий или администратор этой стороны.
proposal-open = ждёт второго человека
proposal-approving = одобряется; если так и останется, одобрите снова
proposal-approved = внесено
proposal-returned = возвращено
proposal-stale = устарело
proposal-withdrawn = снято
proposal-decided = решение: { $by }, { $at }
review-in-place = Сейчас вы решаете и вместо { $giver }.
review-opened = Открыто здесь: { $who }, { $at }.
review-unopened = Вы здесь этот документ не открывали.
review-no-address = Нет адреса, который можно открыть.
review-unopened-some = Вы открыли не все документы. Известно только, открывали ли документ здесь; прочитан ли он, знать нельзя.
delegation-title = Решать вместо другого
delegation-about = Кто решает о предложениях и отсутствует, передаёт это на несколько дней коллеге от той же стороны. Коллега никогда не решает о том, что предложил сам или тот, кого он замещает. Каждый шаг есть в списке контроля.
delegation-none = Пока ничего не передано.
delegation-giver = Вместо кого
delegation-taker = Кто решает
delegation-days = Дни
delegation-reason = Причина
delegation-reason-hint = Например, «в отпуске».
delegation-state = Состояние
delegation-holds = действует
delegation-later = начнётся позже
delegation-over = закончилось
delegation-ended = прекращено: { $by }, { $at }
delegation-made = внесено: { $by }, { $at }
delegation-end = Прекратить
delegation-new = Передать решение
delegation-choose = Выберите человека
delegation-from = Первый день
delegation-until = Последний день
delegation-until-hint = Всего дней не больше чем { $days }.
delegation-submit = Передать
delegation-nobody = От вашей стороны передать некому: нужен вносящий, у которого есть пароль.
deed-handed_over = согласование передано
deed-taken_back = согласование взято назад
deed-evidence_opened = документ открыт
webhook-title = Вебхуки
webhook-about = Вебхук отправляет записи на адрес по мере их появления, одну за другой, каждую с подписью. Неподтверждённое отправляется снова, всё реже, и ничего не пропускается. После трёх дней неудач он останавливается, пока кто-нибудь его не продолжит.
webhook-trouble-unreachable = По этому адресу никто не отвечает.
webhook-trouble-not_allowed = Оператор больше не разрешает этот узел.
webhook-trouble-status = Получатель ответил статусом { $status }.
webhook-made = Это секрет, по которому получатель проверяет подписи. Скопируйте его сейчас: он показывается только один раз.
webhook-label = Для чего он
webhook-label-hint = Например, «реестр другой стороны».
webhook-url = Адрес
webhook-url-hint = Начинается с https:// и стоит на узле, который разрешил оператор.
webhook-families = Записи о
webhook-families-asked = Записи о чём?
webhook-families-hint = Не выбирайте ничего, чтобы отправлять все.
webhook-all-families = обо всём
webhook-position = Подтверждено до записи
webhook-state = Состояние
webhook-good = всё подтверждено
webhook-behind = догоняет последнюю запись
webhook-paused = остановлен
webhook-acts = Что можно сделать
webhook-pause = Остановить
webhook-resume = Продолжить
webhook-remove = Удалить
webhook-none = Вебхуков нет.
webhook-new = Новый вебхук
webhook-hosts = Узлы, которые разрешил оператор:
webhook-no-hosts = Оператор этого реестра не разрешил ни одного узла, поэтому вебхук создать нельзя. Их называет настройка webhooks.hosts. Шина, поток записей и лента Atom работают и без неё.
webhook-start = С какого места?
webhook-start-now = То, что вносится отныне
webhook-start-first = Всё с первой записи
webhook-make = Создать вебхук
deed-webhook_made = вебхук создан
deed-webhook_paused = вебхук остановлен
deed-webhook_resumed = вебхук продолжен
deed-webhook_removed = вебхук удалён
work-party = За сторону: { $party }
work-no-party = Вы не говорите ни за одну сторону, поэтому от вас ничего не ждут.
work-cut = У вашей стороны очень много обязательств; просмотрены только первые.
work-review = Ждёт моего согласования: { $count }
work-returned = Возвращено мне: { $count }
work-drafts = Мои черновики: { $count }
work-overdue = Просрочено: { $count }
work-soon = Срок в ближайшие 30 дней: { $count }
work-to-answer = Заявления, ждущие ответа вашей стороны: { $count }
work-answered = Ответы другой стороны: { $count }
work-report = Сообщить или объяснить опоздание
work-silence = Молчание никогда не считается согласием.
work-confirmed = подтверждает
work-disputed = оспаривает
work-changed-since = изменено после возражения вашей стороны
work-due = срок: { $date }
work-first-due = первый срок: { $date }
stated-reason = Причина
stated-reported-by = Заявитель
stated-achieved-on = Дата выполнения
stated-occurred-on = Когда это было
stated-effective-on = Вступает в силу
stated-correlation-id = Группа команд
stated-note = Примечание
stated-commitment-id = Обязательство
stated-milestone-id = Этап
stated-agreement-id = Соглашение
stated-package-id = Пакет
stated-amount = Сумма
stated-due = Срок
stated-titles = Названия
stated-names = Наименования
stated-by-party = Кем
stated-claim-event-id = Заявление
stated-target-event-id = Исправляемая запись
stated-stream = О чём
stated-error-kind = Вид ошибки
stated-party-id = Идентификатор стороны
stated-flow-id = Идентификатор потока средств
stated-org-ids = Номера в реестрах
stated-kind = Вид
stated-amendment-id = Идентификатор поправки
stated-baseline-no = Номер нового плана
stated-of-event = Платёж
stated-signed-by = Подписали
stated-counts-toward-totals = Учитывается в итогах
stated-sectors = Сферы деятельности
stated-legal-effect-basis = Откуда известна сила документа
stated-field = Что меняется
stated-old = Было
stated-new = Стало
stated-rationale = Почему
stated-parties = Стороны
stated-id = Номер
stated-scheme = Реестр
stated-code = Название
stated-role = Роль
command-CorrectEntry = Исправление записи
command-RetractEntry = Отзыв записи
command-AchieveMilestone = Этап выполнен
command-ConfirmClaim = Заявление подтверждено
command-DisputeClaim = Заявление оспорено
command-PlanMilestone = Этап запланирован
command-MakeCommitment = Обязательство принято
command-RegisterAgreement = Соглашение зарегистрировано
command-DisburseFunds = Средства выплачены
token-days = { $days_form ->
    [one] { $days } день
    [few] { $days } дня
    [many] { $days } дней
   *[other] { $days } дня
}
audit-times = { $times_form ->
    [one] { $times } раз за минуту
    [few] { $times } раза за минуту
    [many] { $times } раз за минуту
   *[other] { $times } раза за минуту
}
work-late = { $days_form ->
    [one] опоздание { $days } день
    [few] опоздание { $days } дня
    [many] опоздание { $days } дней
   *[other] опоздание { $days } дня
}
work-left = { $days_form ->
    [one] остался { $days } день
    [few] осталось { $days } дня
    [many] осталось { $days } дней
   *[other] осталось { $days } дня
}
webhook-failing = { $times_form ->
    [one] { $times } неудачная попытка с { $at }
    [few] { $times } неудачные попытки с { $at }
    [many] { $times } неудачных попыток с { $at }
   *[other] { $times } неудачной попытки с { $at }
}
work-waits = { $days_form ->
    [one] ждёт { $days } день
    [few] ждёт { $days } дня
    [many] ждёт { $days } дней
   *[other] ждёт { $days } дня
}
review-title = { $count_form ->
    [one] { $count } предложение ждёт вашего согласования
    [few] { $count } предложения ждут вашего согласования
    [many] { $count } предложений ждут вашего согласования
   *[other] { $count } предложения ждут вашего согласования
}
