// SPDX-License-Identifier: Apache-2.0
#include "device-agent/ports/sim/options.h"
#include "device-agent/ports/board/version-record.h"

#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "device-agent/boards/alios.h"
#include "device-agent/boards/hota.h"
#include "device-agent/boards/liteos.h"
#include "device-agent/boards/ws63.h"
#include "device-agent/hota/port.h"
#include "device-agent/ports/sim/own-image.h"

#define BAUD_DEFAULT   115200
#define BAUD_LOWEST    300
#define BAUD_HIGHEST   4000000
#define REPLUG_DEFAULT 1000
#define MS_MOST        3600000 // an hour

G_DEFINE_QUARK(gya_sim_usage_error, gya_sim_usage_error)

// Every board of the command line.
static const struct {
	const char *name;
	const char *layout;
	const struct gya_board *board;
} boards[] = {
	{"ws63", "compressed", &gya_board_ws63},
	{"ws63", "ab", &gya_board_ws63_ab},
	{"ws63", "hilink", &gya_board_ws63_hilink},
	{"hi3861", "kernel-ab", &gya_board_hi3861},
	{"hi3516", "staged", &gya_board_hi3516},
	{"stm32f429", "backup", &gya_board_stm32f429},
	{"mk3060", "one-address", &gya_board_mk3060},
	{"developerkit", "banks", &gya_board_developerkit},
};

// As they stand on the command line.
struct words {
	char *board, *layout, *flash_timing, *device_id, *die_at, *rollback, *package_key;
	char *agent_key, *local_version, *flash_fault;
	gint64 hardware_id, baud, flip_at, drop_at, unplug_at, replug_after, chatter, seed;
	gboolean is_new, force, is_deaf, is_secure, takes_unsigned, no_compression, once, quiet;
	char *flash, *root_key, *version, *pty_link, *socket;
	char **images, **own_images, **rest;
	gboolean has_pty;
};

static gboolean G_GNUC_PRINTF(2, 3) refuse(GError **error, const char *format, ...)
{
	va_list arguments;
	g_autofree char *message = NULL;

	va_start(arguments, format);
	message = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	g_set_error_literal(error, GYA_SIM_USAGE_ERROR, 0, message);
	return FALSE;
}

static gboolean
take_pty(const char *name, const char *value, gpointer data, GError **error)
{
	struct words *words = data;

	words->has_pty = TRUE;
	g_free(words->pty_link);
	words->pty_link = g_strdup(value);
	return TRUE;
}

static gboolean
find_board(const struct words *words, const struct gya_board **board, GError **error)
{
	g_autoptr(GString) layouts = g_string_new(NULL);

	for (gsize i = 0; i < G_N_ELEMENTS(boards); i++) {
		if (g_strcmp0(words->board, boards[i].name) != 0)
			continue;
		if (words->layout == NULL || g_strcmp0(words->layout, boards[i].layout) == 0) {
			*board = boards[i].board;
			return TRUE;
		}
		g_string_append_printf(layouts, "%s%s", layouts->len == 0 ? "" : ", ", boards[i].layout);
	}
	if (layouts->len > 0)
		return refuse(
			error, "--layout %s: the board %s has %s", words->layout, words->board, layouts->str);
	return refuse(error,
		"--board %s: no such board; ws63, hi3861, hi3516, stm32f429, mk3060 and developerkit can be "
		"simulated",
		words->board);
}

static gboolean
take_number(const char *option, gint64 value, gint64 lowest, gint64 highest, GError **error)
{
	if (value >= lowest && value <= highest)
		return TRUE;
	return refuse(error,
		"%s: %" G_GINT64_FORMAT " is not between %" G_GINT64_FORMAT " and %" G_GINT64_FORMAT, option,
		value, lowest, highest);
}

static gboolean
take_hex(const char *option, const char *text, uint8_t *bytes, gsize size, GError **error)
{
	if (strlen(text) != 2 * size || strspn(text, "0123456789abcdefABCDEF") != strlen(text))
		return refuse(error, "%s %s: wants %zu hexadecimal digits", option, text, 2 * size);
	for (gsize i = 0; i < size; i++)
		bytes[i] = (uint8_t) (g_ascii_xdigit_value(text[2 * i]) << 4 |
				      g_ascii_xdigit_value(text[2 * i + 1]));
	return TRUE;
}

static gboolean
take_device_id(const char *text, uint8_t id[GYA_DEVICE_ID_SIZE], GError **error)
{
	if (text != NULL)
		return take_hex("--device-id", text, id, GYA_DEVICE_ID_SIZE, error);
	// without an entropy source nothing else in the process would work either
	if (getrandom(id, GYA_DEVICE_ID_SIZE, 0) != GYA_DEVICE_ID_SIZE)
		return refuse(error, "no random device id: %s", g_strerror(errno));
	return TRUE;
}

// The key is the PlainKey of the fota.cfg that a package was built with; the default is that of the SDK's own.
// A chip derives one unless it is told to have none.
static gboolean
take_package_key(const char *text, struct gya_sim_options *options, GError **error)
{
	options->has_package_key = g_strcmp0(text, "none") != 0;
	if (!options->has_package_key)
		return TRUE;
	return take_hex("--package-key", text == NULL ? "70D37764279C2B086604078E8C577505" : text,
		options->package_key, 16, error);
}

static gboolean
take_agent_key(const char *path, struct gya_sim_options *options, GError **error)
{
	options->has_agent_key = path != NULL;
	return path == NULL || gya_provision_read_key(path, options->agent_key, error);
}

// APPLICATION[:FLASHBOOT]
static gboolean
take_rollback(const char *text, struct gya_sim_options *options, GError **error)
{
	g_auto(GStrv) parts = NULL;

	options->has_rollback = text != NULL;
	if (text == NULL)
		return TRUE;
	parts = g_strsplit(text, ":", 2);
	for (gsize i = 0; parts[i] != NULL; i++) {
		char *end;
		guint64 value = g_ascii_strtoull(parts[i], &end, 0);

		if (!g_ascii_isdigit(parts[i][0]) || *end != '\0' || value > G_MAXUINT32)
			return refuse(error, "--rollback %s: wants one or two numbers of 32 bits", text);
		options->rollback[i] = (uint32_t) value;
	}
	return parts[0] != NULL || refuse(error, "--rollback: wants a number");
}

static gboolean
take_own_images(char **words, struct gya_sim_options *options, GError **error)
{
	if (words == NULL)
		return TRUE;
	options->own_images = gya_own_images_new(options->board, words, error);
	if (options->own_images == NULL)
		return FALSE;
	options->board = gya_own_images_board(options->own_images);
	return TRUE;
}

// N[:before|middle|after]
static gboolean
take_cut(const char *text, struct gya_nor_cut *cut, GError **error)
{
	static const struct {
		const char *word;
		enum gya_nor_moment moment;
	} moments[] = {{"before", GYA_NOR_BEFORE}, {"middle", GYA_NOR_MIDDLE}, {"after", GYA_NOR_AFTER}};
	g_auto(GStrv) parts = NULL;
	guint64 operation;

	cut->moment = GYA_NOR_NEVER;
	if (text == NULL)
		return TRUE;
	parts = g_strsplit(text, ":", 2);
	if (parts[0] == NULL || !g_ascii_string_to_unsigned(parts[0], 10, 0, G_MAXUINT32, &operation, NULL))
		return refuse(error, "--die-at-operation %s: wants a number, from 0", text);
	cut->operation = operation;
	for (gsize i = 0; i < G_N_ELEMENTS(moments); i++)
		if (g_strcmp0(parts[1] == NULL ? "middle" : parts[1], moments[i].word) == 0)
			cut->moment = moments[i].moment;
	if (cut->moment == GYA_NOR_NEVER)
		return refuse(error, "--die-at-operation %s: the moment is before, middle or after", text);
	return TRUE;
}

// stuck-0=OFFSET:BIT, stuck-1=OFFSET:BIT, erase=SIZE or page
static gboolean
take_fault(const char *text, struct gya_nor_fault *fault, GError **error)
{
	guint offset = 0, bit = 0, value = 0, size = 0;
	int end = 0;

	if (text == NULL)
		return TRUE;
	if (strcmp(text, "page") == 0) {
		fault->kind = GYA_NOR_FAULT_PAGE;
		return TRUE;
	}
	if (sscanf(text, "stuck-%1u=%i:%1u%n", &value, (int *) &offset, &bit, &end) == 3 &&
		text[end] == '\0' && value <= 1 && bit <= 7) {
		*fault = (struct gya_nor_fault){.kind = GYA_NOR_FAULT_STUCK,
			.offset = offset,
			.mask = (uint8_t) (1u << bit),
			.value = value != 0};
		return TRUE;
	}
	if (sscanf(text, "erase=%i%n", (int *) &size, &end) == 1 && text[end] == '\0' &&
		size >= GYA_NOR_FILE_PAGE && size <= 1u << 20 && (size & (size - 1)) == 0) {
		*fault = (struct gya_nor_fault){.kind = GYA_NOR_FAULT_ERASE, .size = size};
		return TRUE;
	}
	return refuse(error,
		"--flash-fault %s: wants stuck-0=OFFSET:BIT, stuck-1=OFFSET:BIT, erase=SIZE (a power of two, "
		"256 "
		"to 1048576) or page",
		text);
}

static gboolean
take_timing(const char *text, bool *has_flash_timing, GError **error)
{
	*has_flash_timing = g_strcmp0(text, "real") == 0;
	if (*has_flash_timing || text == NULL || strcmp(text, "none") == 0)
		return TRUE;
	return refuse(error, "--flash-timing %s: wants real or none", text);
}

static gboolean
take_images(char **images, GError **error)
{
	for (gsize i = 0; images != NULL && images[i] != NULL; i++) {
		const char *equals = strchr(images[i], '=');

		if (equals == NULL || equals == images[i] || equals[1] == '\0')
			return refuse(error, "--image %s: wants SECTION=FILE", images[i]);
	}
	return TRUE;
}

// What a factory does is done once, to a flash that is new.
static gboolean
check_factory(const struct words *words, GError **error)
{
	const struct {
		const char *option;
		bool is_given;
	} once[] = {
		{"--root-key", words->root_key != NULL},
		{"--image", words->images != NULL},
		{"--hardware-id", words->hardware_id >= 0},
		{"--device-id", words->device_id != NULL},
		{"--version", words->version != NULL},
		{"--rollback", words->rollback != NULL},
		{"--force", words->force},
	};

	if (words->is_new || words->flash == NULL)
		return TRUE;
	for (gsize i = 0; i < G_N_ELEMENTS(once); i++)
		if (once[i].is_given)
			return refuse(error, "%s: only for a flash that is made with --new", once[i].option);
	return TRUE;
}

// What a board of one kind knows nothing of.
static gboolean
check_kind(const struct words *words, const struct gya_board *board, GError **error)
{
	const struct gya_hota_board *hota = gya_hota_board_of(board);
	const struct {
		const char *option;
		bool is_given;
	} ws63_only[] = {
		{"--rollback", words->rollback != NULL},
		{"--package-key", words->package_key != NULL},
		{"--own-image", words->own_images != NULL},
		{"--no-compression", words->no_compression},
		{"--secure", words->is_secure},
		{"--hardware-id", words->hardware_id >= 0},
	};

	if (words->local_version != NULL && (hota == NULL || !hota->has_local_check))
		return refuse(
			error, "--local-version: only for a board whose boot loader compares it: hi3516");
	if (hota != NULL && words->version != NULL && strlen(words->version) >= GYA_HOTA_VERSION_SIZE)
		return refuse(
			error, "--version: at most %u characters on this board", GYA_HOTA_VERSION_SIZE - 1);
	if (board->system == GYA_SYSTEM_LITEOS && (words->root_key != NULL || words->takes_unsigned))
		return refuse(error, "--root-key, --take-unsigned: nothing is signed on the board %s",
			words->board);
	for (gsize i = 0; board->system != GYA_SYSTEM_WS63 && i < G_N_ELEMENTS(ws63_only); i++)
		if (ws63_only[i].is_given)
			return refuse(error, "%s: the board %s has nothing like it", ws63_only[i].option,
				words->board);
	return TRUE;
}

static gboolean
check_words(const struct words *words, GError **error)
{
	if (words->rest != NULL)
		return refuse(error, "%s: gantry-sim takes options only", words->rest[0]);
	if (words->has_pty && words->socket != NULL)
		return refuse(error, "--pty and --socket: a device has one line");
	if (words->version != NULL &&
		(strlen(words->version) > GYA_VERSION_TEXT_SIZE || !g_str_is_ascii(words->version)))
		return refuse(error, "--version: at most %u ASCII characters", GYA_VERSION_TEXT_SIZE);
	if (words->replug_after >= 0 && words->unplug_at == 0)
		return refuse(error, "--replug-after: only with --unplug-at");
	return check_factory(words, error) &&
	       take_number("--hardware-id", words->hardware_id, -1, G_MAXUINT32, error) &&
	       (words->baud < 0 || take_number("--baud", words->baud, BAUD_LOWEST, BAUD_HIGHEST, error)) &&
	       take_number("--chatter", words->chatter, 0, MS_MOST, error) &&
	       take_number("--flip-at", words->flip_at, 0, G_MAXINT64, error) &&
	       take_number("--drop-at", words->drop_at, 0, G_MAXINT64, error) &&
	       take_number("--unplug-at", words->unplug_at, 0, G_MAXINT64, error) &&
	       take_number("--replug-after", words->replug_after, -1, MS_MOST, error) &&
	       take_number("--seed", words->seed, 0, G_MAXUINT32, error);
}

static gboolean
take_words(struct words *words, struct gya_sim_options *options, GError **error)
{
	if (!check_words(words, error) || !find_board(words, &options->board, error) ||
		!check_kind(words, options->board, error) ||
		!take_timing(words->flash_timing, &options->has_flash_timing, error) ||
		!take_cut(words->die_at, &options->cut, error) ||
		!take_fault(words->flash_fault, &options->flash_fault, error) ||
		!take_images(words->images, error) ||
		!take_device_id(words->device_id, options->factory.device_id, error) ||
		!take_package_key(words->package_key, options, error) ||
		!take_agent_key(words->agent_key, options, error) ||
		!take_rollback(words->rollback, options, error) ||
		!take_own_images(words->own_images, options, error))
		return FALSE;
	options->is_new = words->is_new || words->flash == NULL;
	options->force = words->force;
	options->factory.hardware_id = (uint32_t) MAX(words->hardware_id, 0);
	options->baud = (uint32_t) (words->baud < 0 ? BAUD_DEFAULT : words->baud);
	// a socket has no speed of its own: it is as slow as it is told to be
	options->is_paced = words->socket == NULL || words->baud >= 0;
	options->is_deaf = words->is_deaf;
	options->is_secure = words->is_secure;
	options->takes_unsigned = words->takes_unsigned;
	options->no_compression = words->no_compression;
	options->chatter_ms = (uint32_t) words->chatter;
	options->once = words->once;
	options->quiet = words->quiet;
	options->cut.seed = (uint32_t) words->seed;
	options->faults.seed = (uint32_t) words->seed;
	options->faults.flip_at = (uint64_t) words->flip_at;
	options->faults.drop_at = (uint64_t) words->drop_at;
	options->faults.unplug_at = (uint64_t) words->unplug_at;
	options->faults.replug_after_ms =
		(uint32_t) (words->replug_after < 0 ? REPLUG_DEFAULT : words->replug_after);
	options->flash = g_steal_pointer(&words->flash);
	options->root_key = g_steal_pointer(&words->root_key);
	options->version = g_steal_pointer(&words->version);
	options->local_version = g_steal_pointer(&words->local_version);
	options->pty_link = g_steal_pointer(&words->pty_link);
	options->socket = g_steal_pointer(&words->socket);
	options->images = g_steal_pointer(&words->images);
	return TRUE;
}

static void
clear_words(struct words *words)
{
	g_free(words->board);
	g_free(words->layout);
	g_free(words->flash_timing);
	g_free(words->device_id);
	g_free(words->die_at);
	g_free(words->flash_fault);
	g_free(words->rollback);
	g_free(words->package_key);
	g_free(words->agent_key);
	g_free(words->local_version);
	g_free(words->flash);
	g_free(words->root_key);
	g_free(words->version);
	g_free(words->pty_link);
	g_free(words->socket);
	g_strfreev(words->images);
	g_strfreev(words->own_images);
	g_strfreev(words->rest);
}

static GOptionContext *
new_context(struct words *w)
{
	const int optional = G_OPTION_FLAG_OPTIONAL_ARG;
	const GOptionEntry entries[] = {
		{"board", 0, 0, G_OPTION_ARG_STRING, &w->board,
			"Board to be: ws63, hi3861, hi3516, stm32f429, mk3060, developerkit (ws63)", "BOARD"},
		{"layout", 0, 0, G_OPTION_ARG_STRING, &w->layout,
			"Its flash layout; of ws63: compressed, ab, hilink", "WORD"},
		{"flash", 0, 0, G_OPTION_ARG_FILENAME, &w->flash, "Keep the flash in FILE (in memory)",
			"FILE"},
		{"new", 0, 0, G_OPTION_ARG_NONE, &w->is_new,
			"Make the flash file, blank but for what follows", NULL},
		{"force", 0, 0, G_OPTION_ARG_NONE, &w->force,
			"With --new: replace a flash file that is there", NULL},
		{"root-key", 0, 0, G_OPTION_ARG_FILENAME, &w->root_key, "Root key that the chip trusts",
			"PUBLIC"},
		{"image", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &w->images, "Put FILE into a section",
			"SECTION=FILE"},
		{"hardware-id", 0, 0, G_OPTION_ARG_INT64, &w->hardware_id, "Hardware id of the board (0)",
			"N"},
		{"device-id", 0, 0, G_OPTION_ARG_STRING, &w->device_id, "Its serial number (random)", "HEX"},
		{"version", 0, 0, G_OPTION_ARG_STRING, &w->version, "Version text of the first application",
			"TEXT"},
		{"pty", 0, optional, G_OPTION_ARG_CALLBACK, (gpointer) take_pty,
			"Serial line: a pty, and a link to it", "LINK"},
		{"socket", 0, 0, G_OPTION_ARG_FILENAME, &w->socket, "Serial line: a unix socket", "PATH"},
		{"baud", 0, 0, G_OPTION_ARG_INT64, &w->baud, "Rate that the device starts with (115200)",
			"N"},
		{"flash-timing", 0, 0, G_OPTION_ARG_STRING, &w->flash_timing, "Flash as slow as real (none)",
			"real|none"},
		{"deaf", 0, 0, G_OPTION_ARG_NONE, &w->is_deaf,
			"The chip cannot receive while it writes flash", NULL},
		{"own-image", 0, 0, G_OPTION_ARG_STRING_ARRAY, &w->own_images,
			"Let packages carry one more image", "NAME=ID,SIZE"},
		{"rollback", 0, 0, G_OPTION_ARG_STRING, &w->rollback,
			"With --new: oldest versions that packages may have", "APPLICATION[:FLASHBOOT]"},
		{"package-key", 0, 0, G_OPTION_ARG_STRING, &w->package_key,
			"PlainKey of encrypted packages (the SDK's)", "HEX|none"},
		{"agent-key", 0, 0, G_OPTION_ARG_FILENAME, &w->agent_key,
			"Obey only hosts that have the private half of this key", "PUBLIC"},
		{"take-unsigned", 0, 0, G_OPTION_ARG_NONE, &w->takes_unsigned,
			"Take what nobody signed: images with digests (layout ab), custom packages (hi3861, "
			"hi3516)",
			NULL},
		{"local-version", 0, 0, G_OPTION_ARG_STRING, &w->local_version,
			"hi3516: oldest version that the boot loader lets in", "TEXT"},
		{"no-compression", 0, 0, G_OPTION_ARG_NONE, &w->no_compression,
			"Layout ab: the agent takes no compressed images", NULL},
		{"secure", 0, 0, G_OPTION_ARG_NONE, &w->is_secure, "The boot check wants the signatures",
			NULL},
		{"chatter", 0, 0, G_OPTION_ARG_INT64, &w->chatter, "Print a line of text every MS", "MS"},
		{"die-at-operation", 0, 0, G_OPTION_ARG_STRING, &w->die_at,
			"Lose power at flash operation N, from 0", "N[:before|middle|after]"},
		{"flash-fault", 0, 0, G_OPTION_ARG_STRING, &w->flash_fault,
			"A part that is broken, or another than its driver takes it for",
			"stuck-0=OFFSET:BIT|stuck-1=OFFSET:BIT|erase=SIZE|page"},
		{"flip-at", 0, 0, G_OPTION_ARG_INT64, &w->flip_at, "Spoil the Nth byte received", "N"},
		{"drop-at", 0, 0, G_OPTION_ARG_INT64, &w->drop_at, "Lose the Nth byte received", "N"},
		{"unplug-at", 0, 0, G_OPTION_ARG_INT64, &w->unplug_at,
			"Unplug the line after N bytes received", "N"},
		{"replug-after", 0, 0, G_OPTION_ARG_INT64, &w->replug_after,
			"and plug it in again after MS (1000)", "MS"},
		{"seed", 0, 0, G_OPTION_ARG_INT64, &w->seed, "Seed of faults (0)", "N"},
		{"once", 0, 0, G_OPTION_ARG_NONE, &w->once, "End when an upgrade was installed and looked at",
			NULL},
		{"quiet", 'q', 0, G_OPTION_ARG_NONE, &w->quiet, "Tell no story on stderr", NULL},
		{G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &w->rest, NULL, NULL},
		{NULL},
	};
	GOptionContext *context = g_option_context_new("- a virtual device on a serial line");
	GOptionGroup *group = g_option_group_new(NULL, NULL, NULL, w, NULL);

	g_option_group_add_entries(group, entries);
	g_option_context_set_main_group(context, group);
	g_option_context_set_description(context, "Example:\n  gantry-sim --flash board.bin --new --root-key "
						  "root.pem --image application=app_sign.bin "
						  "--pty /tmp/board\n");
	return context;
}

gboolean
gya_sim_options_parse(struct gya_sim_options *options, int *argc, char ***argv, GError **error)
{
	struct words words = {.hardware_id = -1, .baud = -1, .replug_after = -1};
	GOptionContext *context = new_context(&words);
	gboolean ok;

	memset(options, 0, sizeof *options);
	ok = g_option_context_parse(context, argc, argv, error);
	if (words.board == NULL)
		words.board = g_strdup(boards[0].name);
	ok = ok && take_words(&words, options, error);
	g_option_context_free(context);
	clear_words(&words);
	return ok;
}

void
gya_sim_options_clear(struct gya_sim_options *options)
{
	g_free(options->flash);
	g_free(options->root_key);
	g_free(options->version);
	g_free(options->local_version);
	g_free(options->pty_link);
	g_free(options->socket);
	g_strfreev(options->images);
	gya_own_images_free(options->own_images);
	memset(options, 0, sizeof *options);
}
