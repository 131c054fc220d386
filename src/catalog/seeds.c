#include "catalog/seeds.h"

#include <string.h>

#include "catalog/row.h"
#include "catalog/tables_private.h"

#include "base/banned.h"

/* "При этом постоянными остаются только поля ReactId, Name и EvType" (TB_Reactions). */
static const char *const reaction_fixed[] = {"Name", "EvType", NULL};

#define REACTION(id, name, type, flags)                                                            \
    {                                                                                              \
        .table = "TB_Reactions", .fixed = reaction_fixed, .cells = {                               \
            {"ReactId", NULL, (id)},                                                               \
            {"Name", (name), 0},                                                                   \
            {"EvType", NULL, (type)},                                                              \
            {"RFlags", NULL, (flags)},                                                             \
            {"AlrId", NULL, 0}                                                                     \
        }                                                                                          \
    }

/* A phrase of a dictionary: it may be edited (translated), not removed. */
#define PHRASE(part, id, name)                                                                     \
    {                                                                                              \
        .table = "TB_Strings", .cells = {                                                          \
            {"Part", NULL, (part)},                                                                \
            {"TextId", NULL, (id)},                                                                \
            {"Name", (name), 0}                                                                    \
        }                                                                                          \
    }
#define EXPLAINED(part, id, name, comment)                                                         \
    {                                                                                              \
        .table = "TB_Strings", .cells = {                                                          \
            {"Part", NULL, (part)},                                                                \
            {"TextId", NULL, (id)},                                                                \
            {"Name", (name), 0},                                                                   \
            {"Comment", (comment), 0}                                                              \
        }                                                                                          \
    }

static const struct vv_seed seeds[] = {
    REACTION(1, "Станд. Рабочее событие", 0, 10),
    REACTION(2, "Станд. Предупреждение", 1, 11),
    REACTION(3, "Станд. Тревога", 2, 15),
    REACTION(4, "Станд. Отладочное событие", 3, 0),

    /* Part 1: TB_Log.Category. */
    PHRASE(1, 0, "Изменение структуры БД Electro.CNF"),
    PHRASE(1, 1, "Вход\\Выход\\Изменение пользователя"),
    PHRASE(1, 2, "Изменение конфигурации объекта (TB_Objects)"),
    PHRASE(1, 3, "Редактирование шаблонов (TB_Reports)"),
    PHRASE(1, 4, "Генерация отчетов"),
    PHRASE(1, 5, "Опрос устройств (программа DevGet.exe)"),
    PHRASE(1, 6, "Импорт/Экспорт данных"),
    PHRASE(1, 7, "внутрисистемное событие"),
    PHRASE(1, 8, "ручное редактирование данных"),

    /* Part 2: TB_Devices.Type. Those of a plant file begin at 100. */
    PHRASE(2, 0, "неизвестное устройство"),
    PHRASE(2, 1, "Счетчик ABB Alpha"),
    PHRASE(2, 2, "Счетчик ABB EuroAlpha"),
    PHRASE(2, 3, "Счетчик Shlumberger Indigo+"),
    PHRASE(2, 4, "Счетчик L&G"),
    PHRASE(2, 5, "ЦТ5000"),
    PHRASE(2, 6, "Источник макетов //.."),

    /* Part 3: TB_User.Rights, the bit as number. From 0x0080 on they are Varve's. */
    EXPLAINED(3, 0x0001, "разрешено редактирование конфигурации обьекта",
              "всех таблиц БД ElectroCNF, кроме TB_User"),
    EXPLAINED(3, 0x0002, "разрешено администрирование пользователей",
              "редактирование таблицы ElectroCNF.TB_User"),
    PHRASE(3, 0x0004, "разрешено редактирование шаблонов отчетов"),
    PHRASE(3, 0x0008, "разрешен запуск шаблона (генерация отчета)"),
    PHRASE(3, 0x0010, "разрешено редактирование данных (ручной ввод)"),
    PHRASE(3, 0x0020, "разрешена запись параметров в устройство"),
    PHRASE(3, 0x0040, "разрешен опрос устройства"),
    EXPLAINED(3, 0x0080, "разрешено чтение данных", "Varve"),
    EXPLAINED(3, 0x0100, "разрешены запросы SQL", "Varve"),
    EXPLAINED(3, 0x0200, "разрешено квитирование событий", "Varve"),
    EXPLAINED(3, 0x0400, "разрешено управление", "Varve"),
    EXPLAINED(3, 0x0800, "разрешена работа с заданиями", "Varve"),
    EXPLAINED(3, 0x1000, "разрешена работа с исследованиями", "Varve"),

    /* Part 4: TB_Objects.Formula with Calc 2. */
    EXPLAINED(4, 1, "AVG", "среднее значение"),
    EXPLAINED(4, 2, "MIN", "наименьшее значение"),
    EXPLAINED(4, 3, "MAX", "наибольшее значение"),
    EXPLAINED(4, 4, "SUM", "сумма"),
    EXPLAINED(4, 5, "LAST", "последнее значение"),
    EXPLAINED(4, 6, "FIRST", "первое значение"),
    EXPLAINED(4, 7, "COUNT", "количество значений"),
    EXPLAINED(4, 8, "INTEGRAL", "интеграл по времени (энергия по мощности)"),

    /* Part 5: TB_Objects.Formula with Calc 1. */
    EXPLAINED(5, 1, "AVG", "вычислить среднее значение"),
    EXPLAINED(5, 2, "MIN", "вычислить наименьшее значение"),
    EXPLAINED(5, 3, "MAX", "вычислить наибольшее значение"),
    EXPLAINED(5, 4, "SUM", "вычислить сумму"),
    EXPLAINED(5, 5, "VERIFY", "верификация по основному и дополнительному параметрам"),
    EXPLAINED(5, 6, "LPREST2", "восстановление профиля по показаниям счетчика"),
    EXPLAINED(5, 7, "DELTA", "приращение показаний счетчика"),

    /* Part 6: TB_Objects.Calc. */
    PHRASE(6, 0, "Физическая (первичная) величина"),
    EXPLAINED(6, 1, "Препроцессор", "вычисляемая величина, рассчитываемая по алгоритму"),
    EXPLAINED(6, 2, "Агрегатирование", "вычисляемая величина"),
    EXPLAINED(6, 3, "Группирование", "вычисляемая величина"),
    EXPLAINED(6, 4, "Селектор", "вычисляемая величина"),
    PHRASE(6, 5, "Ручной ввод"),

    /* Part 7: errors of a session with a device. The source does not list them. */
    EXPLAINED(7, 0, "good", "сеанс успешен"),
    EXPLAINED(7, 1, "line", "нет линии связи"),
    EXPLAINED(7, 2, "silence", "устройство не отвечает"),
    EXPLAINED(7, 3, "checksum", "ошибка контрольной суммы"),
    EXPLAINED(7, 4, "refused", "устройство отказало"),
    EXPLAINED(7, 5, "wrong device", "ответило другое устройство"),
    EXPLAINED(7, 6, "bad reply", "неверный ответ"),
    EXPLAINED(7, 7, "no driver", "нет драйвера"),
};

size_t vv_seed_count(void)
{
    return VV_COUNT_OF(seeds);
}

const struct vv_seed *vv_seed_at(size_t index)
{
    return index < VV_COUNT_OF(seeds) ? &seeds[index] : NULL;
}

static const struct vv_seed_cell *cell_of(const struct vv_seed *seed, const char *column)
{
    for (int i = 0; i < VV_SEED_CELLS && seed->cells[i].column != NULL; i++) {
        if (strcmp(seed->cells[i].column, column) == 0)
            return &seed->cells[i];
    }
    return NULL;
}

/* Keys of seeded tables are numbers. */
static bool has_key_of(const struct vv_row *row, const struct vv_seed *seed)
{
    for (int i = 0; i < vv_table_key_count(row->table); i++) {
        const struct vv_value *value = vv_row_get(row, row->table->key[i]);
        const struct vv_seed_cell *cell = cell_of(seed, row->table->key[i]);
        if (cell == NULL || value->kind != VV_VALUE_INT || value->as.integer != cell->number)
            return false;
    }
    return true;
}

const struct vv_seed *vv_seed_find(const struct vv_row *row)
{
    for (size_t i = 0; i < VV_COUNT_OF(seeds); i++) {
        if (strcmp(seeds[i].table, row->table->name) == 0 && has_key_of(row, &seeds[i]))
            return &seeds[i];
    }
    return NULL;
}

const struct vv_seed_cell *vv_seed_fixed(const struct vv_seed *seed, const char *column)
{
    for (size_t i = 0; seed->fixed != NULL && seed->fixed[i] != NULL; i++) {
        if (strcmp(seed->fixed[i], column) == 0)
            return cell_of(seed, column);
    }
    return NULL;
}

struct vv_value vv_seed_value(const struct vv_seed_cell *cell)
{
    return cell->text != NULL ? vv_value_text(cell->text) : vv_value_int(cell->number);
}
