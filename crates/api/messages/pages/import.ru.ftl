# The import of a table by an official, in pages.
import-lead = Отправьте таблицу, укажите, какой столбец что означает, и посмотрите, что станет с каждой строкой. Ничего не вносится, пока вы этого не скажете.
import-file = Таблица
import-file-hint = XLSX или CSV, не более 8 МБ и 5 000 строк. В первой строке – названия столбцов.
import-kind = Что в её строках?
import-kind-commitments = Обязательства
import-kind-commitments-hint = В каждой строке одно обещание.
import-kind-milestones = Этапы
import-kind-milestones-hint = В каждой строке один этап внесённого обязательства.
import-kind-achieved = Выполненные этапы
import-kind-achieved-hint = В каждой строке одно сообщение о внесённом этапе.
import-kind-payments = Платежи
import-kind-payments-hint = В каждой строке один платёж по внесённому обязательству.
import-kind-own = Другое, по собственному файлу соответствий
import-kind-own-hint = Тот же файл, что принимает командная строка.
import-mapping = Файл соответствий, если у вас есть свой
import-mapping-hint = Файл TOML.
import-no-file = Выберите файл с таблицей.
import-no-kind = Укажите, что в строках таблицы.
import-no-mapping = Выберите файл соответствий или укажите, что в строках.
import-batches = Ваши таблицы
import-col-table = Таблица
import-col-made = Отправлена
import-col-state = Состояние
import-state-open = Ничего не внесено
import-state-recording = Вносится
import-state-recorded = Внесена
import-state-undone = Отозвана
import-columns-title = Какой столбец что означает?
import-columns-lead = Ваш выбор запомнится для следующей таблицы с теми же столбцами.
import-no-column = Нет столбца
import-column-missing = Выберите столбец, который это даёт.
import-parties-hint = Идентификаторы сторон или названия, известные реестру; несколько через «;».
import-column-id = Номер строки
import-column-statement = Текст обещания
import-column-obligors = Кто должен выполнить
import-column-beneficiaries = Для кого
import-column-agreement = Идентификатор соглашения
import-column-amount = Сумма
import-column-currency = Валюта
import-column-due = Срок
import-column-commitment = Идентификатор обязательства
import-column-title = Название
import-column-milestone = Идентификатор этапа
import-column-date = Дата
import-column-reporter = Кто сообщает
import-column-deliverable = Что сделано
import-column-payer = Кто платит
import-column-payee = Кто получает
import-column-flow = Идентификатор обязательства заплатить
import-column-reference = Номер платежа у плательщика
import-source = Название таблицы
import-source-hint = Оно остаётся тем же при повторном импорте: тогда уже внесённые строки узнаются.
import-currency = Валюта, если её нет в столбце
import-lang = Язык текстов
import-numbers = Как записаны суммы?
import-modality = Какого рода эти обещания?
import-sheet = Какой лист?
import-preview-title = Что станет с каждой строкой
import-preview-lead = Пока ничего не внесено. Можно внести верные строки и исправить остальные позже или не вносить ничего.
import-status-create = Будет внесена
import-status-change = Будет исправлена
import-status-same = Уже так
import-status-wrong = Внести нельзя
import-status-left_out = Пропущена по файлу соответствий
import-causes = Что не так, по причинам
import-col-cause = Что не так и что делать
import-col-column = Столбец
import-col-count = Строки
import-col-rows = Какие
import-annotated = Скачать вашу таблицу книгой, где рядом с каждой строкой сказано, что не так и как это исправить
import-annotated-cut = Текст в этой строке длиннее, чем вмещает книга, и здесь обрезан.
import-place = { $column }:
import-place-found = { $column } «{ $found }»:
see-entry = Посмотреть запись { $position }
import-lines = По строкам
import-col-row = Строка
import-col-id = Номер
import-col-becomes = Что с ней станет
import-col-said = Замечания
import-shown = Показано строк: { $shown } из { $rows }, сначала с ошибками.
import-record = { $entries_form ->
    [one] Внести верные строки: { $rows } ({ $entries } запись)
    [few] Внести верные строки: { $rows } ({ $entries } записи)
    [many] Внести верные строки: { $rows } ({ $entries } записей)
   *[other] Внести верные строки: { $rows } ({ $entries } записи)
}
import-propose = { $entries_form ->
    [one] Отправить верные строки второму человеку: { $rows } ({ $entries } запись)
    [few] Отправить верные строки второму человеку: { $rows } ({ $entries } записи)
    [many] Отправить верные строки второму человеку: { $rows } ({ $entries } записей)
   *[other] Отправить верные строки второму человеку: { $rows } ({ $entries } записи)
}
import-is-proposed = Верные строки ждут второго человека, который одобрит или вернёт их все вместе. Из них ещё ничего не внесено.
import-undo-is-proposed = Отзыв всего внесённого ждёт второго человека.
import-look-at-proposal = Посмотреть, что ждёт
import-look-at-returned = Посмотреть, что возвращено
import-state-proposed = ждёт второго человека
import-state-taking-back = отзыв ждёт второго человека
import-nothing = Ничего не вносить и удалить таблицу
import-mended = С тех пор исправлено или отозвано в реестре; таблица говорит то же, что прежде.
import-batch-title = Что вышло из таблицы
import-is-recording = Строки вносятся. Эту страницу можно закрыть, работа продолжится.
import-look-again = Посмотреть ещё раз
import-was-recorded = Внесено записей: { $entries }.
import-was-undone = Всё отозвано новыми записями: { $entries }.
import-rows-wrong = Строк, из которых ничего не внесено: { $rows }. Исправьте их в таблице и импортируйте её снова; остальные будут узнаны.
import-refused = Всё же отклонено
import-kept = Не отозвано
import-undo-title = Отозвать всё
import-undo-lead = Каждая запись отзывается новой. Обе остаются видимыми; ничего не удаляется.
import-undo = Отозвать всё, что внесено из этой таблицы
import-undo-reason = Импорт «{ $name }» отозван.

# What is wrong with a table.
table_unreadable = Таблицу прочитать нельзя: { $detail }.
mapping_unusable = Файл соответствий не годится: { $detail }. Исправьте его и отправьте таблицу снова.
mapping_for_command_line = Этот файл воспроизводит записанную историю или называет файлы рядом с таблицей. Импортируйте через командную строку.
columns_missing = Ещё не указано, какой столбец что означает. Укажите это, затем посмотрите строки.
table_too_long = В таблице больше { $max } строк. Разделите её или импортируйте через командную строку.
too_many_names = В столбцах сторон больше { $max } разных названий. Укажите идентификаторы или разделите таблицу.
party_not_known = В реестре нет одной стороны с названием «{ $value }». Сначала внесите сторону или укажите её идентификатор.
import_id_taken = Того, что раньше внесла эта строка, больше нет. Дайте строке другой номер или таблице другое название.
