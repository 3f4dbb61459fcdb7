# Words that the components say by themselves, where a page gives none.

component-back = Назад
component-breadcrumbs = Путь к странице
component-previous = Предыдущая
component-previous-page = страница
component-next = Следующая
component-next-page = страница
component-pagination = Страницы
component-page-number = Страница { $number }
component-warning = Внимание
component-success = Готово
component-important = Важно
component-error = Ошибка
component-show = Показать
component-show-password = Показать пароль
component-language = Язык
component-menu = Меню
component-service = О сервисе
component-day = День
component-month = Месяц
component-year = Год
