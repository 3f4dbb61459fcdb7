# То, что стоит вокруг каждой страницы: навигация, сообщения, нижняя часть; и как называются даты.

nav-label = Страницы
nav-skip = Перейти к содержанию
nav-dashboard = Обзор
nav-work = Моя работа
nav-agreements = Соглашения
nav-commitments = Обязательства
nav-overdue = Просрочено
nav-parties = Стороны
nav-packages = Пакеты
nav-data = Данные
nav-search = Поиск
nav-as-of = Посмотреть на другую дату
nav-user = Вы вошли как { $user }

past-title = Прошлое
past-as-of = Вы смотрите, что было верно на дату: { $date }. Здесь ничего нельзя записать.
past-known-at = Вы смотрите, что было верно на дату: { $date }, как это было известно при записи { $position }. Здесь ничего нельзя записать.
past-known-at-time = Вы смотрите, что было верно на дату: { $date }, как это было известно на момент: { $time }. Здесь ничего нельзя записать.
past-back = Вернуться к сегодняшнему дню

footer-label = Об этом сервисе
footer-help = Справка и словарь
footer-accessibility = Доступность
footer-licences = Лицензии шрифтов и компонентов

date-quarter = { $quarter }-й квартал { $year } года
date-about = около { $date }

form-error-prefix = Ошибка:
form-problem = Нужно исправить
form-continue = Продолжить
form-check = Проверьте ответы
form-change = Изменить
form-closed-past = Пока вы смотрите в прошлое, ничего нельзя записать. Сначала вернитесь к сегодняшнему дню.
