#include "command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char player_command_help[] =
    "  stall DEVICE             takes requests and answers none\n"
    "  drop DEVICE              closes the connection at each request\n"
    "  cut DEVICE               sends half an answer, then closes the connection\n"
    "  slow DEVICE MS           answers after so many milliseconds\n"
    "  refuse DEVICE CODE [N]   answers exception CODE (1 to 255), only to requests that touch\n"
    "                           register N when it is given\n"
    "  heal DEVICE              well again\n"
    "  status DEVICE            says how many requests have come\n"
    "DEVICE may be `all`.\n";

static const struct {
    const char *word;
    enum player_fault fault;
    int least, most; // numbers after the device
} commands[] = {
    {"heal", PLAYER_HEALTHY, 0, 0}, {"stall", PLAYER_STALL, 0, 0}, {"drop", PLAYER_DROP, 0, 0},
    {"cut", PLAYER_CUT, 0, 0},      {"slow", PLAYER_SLOW, 1, 1},   {"refuse", PLAYER_REFUSE, 1, 2},
};

static void apply(struct player_device *device, enum player_fault fault, const unsigned *numbers,
                  int count)
{
    device->fault = fault;
    device->fault_code = (uint8_t)numbers[0];
    device->fault_delay_ms = numbers[0];
    device->fault_register = fault == PLAYER_REFUSE && count > 1 ? (int)numbers[1] : -1;
}

bool player_command(struct player_site *site, const char *line, char *message, size_t message_size)
{
    char word[16] = "";
    char name[32] = "";
    char rest[8] = "";
    unsigned numbers[2] = {0, 0};
    int read = sscanf(line, "%15s %31s %5u %5u %7s", word, name, &numbers[0], &numbers[1], rest);
    int count = read - 2;
    struct player_device *device = player_site_device(site, name);
    bool all = strcmp(name, "all") == 0;
    *message = '\0';
    if (device == NULL && !all) {
        snprintf(message, message_size, "there is no device \"%s\"", name);
        return false;
    }
    if (strcmp(word, "status") == 0 && device != NULL) {
        snprintf(message, message_size, "%s requests=%llu", name,
                 (unsigned long long)device->requests);
        return true;
    }
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        if (strcmp(word, commands[i].word) != 0)
            continue;
        bool code = commands[i].fault == PLAYER_REFUSE && (numbers[0] < 1 || numbers[0] > 255);
        if (count < commands[i].least || count > commands[i].most || code) {
            snprintf(message, message_size, "%s: the numbers are wrong, see --help", word);
            return false;
        }
        for (size_t k = 0; k < site->device_count; k++)
            if (all || device == &site->devices[k])
                apply(&site->devices[k], commands[i].fault, numbers, count);
        return true;
    }
    snprintf(message, message_size, "command \"%s\" is not known, see --help", word);
    return false;
}
