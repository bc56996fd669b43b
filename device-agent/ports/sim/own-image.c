// SPDX-License-Identifier: Apache-2.0
#include "device-agent/ports/sim/own-image.h"

#include <string.h>

#include "device-agent/boards/ws63.h"
#include "device-agent/ports/sim/options.h"

#define PARTITIONS_MOST 16u   // entries of the table in flash
#define PARTITION_LAST  0x35u // the ids behind the reserve's are spare
#define IMAGES_MOST     8u    // that INFO has room for

struct gya_own_images {
	struct gya_board board;
	struct gya_partition partitions[PARTITIONS_MOST];
	struct gya_board_image images[IMAGES_MOST];
	char *names[IMAGES_MOST];
};

static gboolean G_GNUC_PRINTF(3, 4) refuse(GError **error, const char *word, const char *format, ...)
{
	va_list arguments;
	g_autofree char *reason = NULL;

	va_start(arguments, format);
	reason = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	g_set_error(error, GYA_SIM_USAGE_ERROR, 0, "--own-image %s: %s", word, reason);
	return FALSE;
}

static gboolean
take_number(const char *text, guint32 *number)
{
	char *end;
	guint64 value;

	if (!g_ascii_isdigit(text[0]))
		return FALSE;
	value = g_ascii_strtoull(text, &end, 0);
	*number = (guint32) value;
	return *end == '\0' && value <= G_MAXUINT32;
}

// NAME=ID,SIZE into its three parts.
static gboolean
split(const char *word, char **name, guint32 *id, guint32 *size, GError **error)
{
	const char *equals = strchr(word, '=');
	g_auto(GStrv) numbers = equals == NULL ? NULL : g_strsplit(equals + 1, ",", 3);

	if (equals == NULL || equals == word || g_strv_length(numbers) != 2 || !take_number(numbers[0], id) ||
		!take_number(numbers[1], size))
		return refuse(error, word, "wants NAME=ID,SIZE, for instance fonts=0x5A5A0001,0x20000");
	*name = g_strndup(word, (gsize) (equals - word));
	return TRUE;
}

static struct gya_partition *
find_application(struct gya_own_images *own)
{
	for (guint32 i = 0; i < own->board.n_partitions; i++)
		if (own->partitions[i].id == own->board.application)
			return &own->partitions[i];
	return NULL;
}

static gboolean
is_name_known(const struct gya_board *board, const char *name)
{
	for (guint32 i = 0; i < board->n_partitions; i++)
		if (strcmp(board->partitions[i].name, name) == 0)
			return TRUE;
	return FALSE;
}

static gboolean
find_spare_partition(const struct gya_board *board, uint16_t *id)
{
	for (*id = GYA_WS63_HILINK; *id <= PARTITION_LAST; *id += 1)
		if (gya_board_partition(board, *id) == NULL)
			return board->n_partitions < PARTITIONS_MOST;
	return FALSE;
}

static gboolean
add(struct gya_own_images *own, const char *word, GError **error)
{
	struct gya_board *board = &own->board;
	struct gya_partition *application = find_application(own);
	g_autofree char *name = NULL;
	guint32 id = 0, size = 0;
	uint16_t partition;

	if (!split(word, &name, &id, &size, error))
		return FALSE;
	if (is_name_known(board, name))
		return refuse(error, word, "the board has a section %s already", name);
	if (gya_board_image(board, id) != NULL)
		return refuse(error, word, "the board has an image of this id already");
	if (size == 0 || size % board->sector_size != 0 || size >= application->size)
		return refuse(error, word, "the size is a multiple of 0x%X, less than the application's 0x%X",
			board->sector_size, application->size);
	if (board->n_images == IMAGES_MOST || !find_spare_partition(board, &partition))
		return refuse(error, word, "the board has no room for another image");
	application->size -= size;
	own->partitions[board->n_partitions++] =
		(struct gya_partition){partition, true, application->address + application->size, size, name};
	own->names[board->n_images] = g_steal_pointer(&name);
	own->images[board->n_images++] = (struct gya_board_image){id, partition, false};
	return TRUE;
}

struct gya_own_images *
gya_own_images_new(const struct gya_board *base, char **words, GError **error)
{
	struct gya_own_images *own = g_new0(struct gya_own_images, 1);

	own->board = *base;
	memcpy(own->partitions, base->partitions, base->n_partitions * sizeof own->partitions[0]);
	memcpy(own->images, base->images, base->n_images * sizeof own->images[0]);
	own->board.partitions = own->partitions;
	own->board.images = own->images;
	for (; *words != NULL; words++) {
		if (base->has_regions)
			refuse(error, *words, "a board with two regions takes no packages");
		if (base->has_regions || !add(own, *words, error)) {
			gya_own_images_free(own);
			return NULL;
		}
	}
	return own;
}

const struct gya_board *
gya_own_images_board(const struct gya_own_images *own)
{
	return &own->board;
}

void
gya_own_images_free(struct gya_own_images *own)
{
	if (own == NULL)
		return;
	for (gsize i = 0; i < G_N_ELEMENTS(own->names); i++)
		g_free(own->names[i]);
	g_free(own);
}
