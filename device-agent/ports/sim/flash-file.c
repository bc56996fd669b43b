// SPDX-License-Identifier: Apache-2.0
#include "device-agent/ports/sim/flash-file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "device-agent/boards/hota.h"
#include "device-agent/ports/sim/board-run.h"
#include "device-agent/ports/sim/fuses.h"

static void
set_errno(GError **error, const char *what, const char *path)
{
	int saved = errno;

	g_set_error(error, G_FILE_ERROR, (gint) g_file_error_from_errno(saved), "%s %s: %s", what, path,
		g_strerror(saved));
}

static gboolean
provision_images(const struct gya_sim_options *options, const struct gya_nor *nor, GError **error)
{
	for (gsize i = 0; options->images != NULL && options->images[i] != NULL; i++) {
		const char *equals = strchr(options->images[i], '=');
		g_autofree char *section =
			g_strndup(options->images[i], (gsize) (equals - options->images[i]));

		if (!gya_provision_image(options->board, nor, section, equals + 1, error))
			return FALSE;
	}
	return TRUE;
}

static gboolean
note_version(const struct gya_sim_options *options, struct gya_nor_file *flash, GError **error)
{
	struct gya_board_run *run = gya_board_run_new(options, flash, NULL);
	bool is_asked = options->version != NULL;
	gboolean ok = TRUE;

	// the other systems go by a record of what runs
	if (is_asked || options->board->system != GYA_SYSTEM_WS63)
		ok = gya_board_run_note_version(run, is_asked ? options->version : "") || !is_asked;
	if (!ok)
		g_set_error_literal(error, GYA_PROVISION_ERROR, GYA_PROVISION_ERROR_IMAGE,
			"--version: there is no application that could have it; give --image "
			"application=FILE");
	else if (!gya_board_run_is_bootable(run) && !options->quiet)
		g_printerr(
			"gantry-sim: the new flash holds no application that the boot loader would start\n");
	gya_board_run_free(run);
	return ok;
}

static gboolean
provision_fuses(const struct gya_sim_options *options, const struct gya_nor *nor, GError **error)
{
	const uint32_t *words = options->rollback;

	if (!options->has_rollback ||
		gya_fuses_provision(nor, words[GYA_UPG_WORD_APPLICATION], words[GYA_UPG_WORD_FLASHBOOT]))
		return TRUE;
	g_set_error_literal(error, GYA_PROVISION_ERROR, GYA_PROVISION_ERROR_FLASH,
		"cannot write the anti-rollback words");
	return FALSE;
}

static gboolean
provision_key(const struct gya_sim_options *options, const struct gya_nor *nor, GError **error)
{
	uint8_t key[64];

	if (options->root_key == NULL)
		return TRUE;
	if (options->board->system == GYA_SYSTEM_HOTA || options->board->system == GYA_SYSTEM_ALIOS)
		return gya_provision_rsa_key(options->board, nor, options->root_key, error);
	return gya_provision_read_key(options->root_key, key, error) &&
	       gya_provision_root_key(nor, key, error);
}

static gboolean
provision(const struct gya_sim_options *options, struct gya_nor_file *flash, GError **error)
{
	const struct gya_nor *nor = &flash->nor;
	bool has_table = options->board->system == GYA_SYSTEM_WS63;

	return provision_key(options, nor, error) &&
	       (!has_table || gya_provision_partition_table(options->board, nor, error)) &&
	       gya_provision_factory(options->board, nor, &options->factory, error) &&
	       provision_fuses(options, nor, error) && provision_images(options, nor, error) &&
	       note_version(options, flash, error);
}

static gboolean
provision_file(const struct gya_sim_options *options, const char *path, GError **error)
{
	struct gya_nor_file *flash = gya_nor_file_open(path, options->board->flash_size);
	gboolean ok;

	if (flash == NULL) {
		set_errno(error, "cannot make", options->flash);
		return FALSE;
	}
	ok = provision(options, flash, error);
	gya_nor_file_close(flash);
	return ok;
}

static int
lock_file(const char *path, GError **error)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0) {
		set_errno(error, "cannot open", path);
		return -1;
	}
	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		return fd;
	if (errno == EWOULDBLOCK)
		g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_ACCES,
			"%s is the flash of a board that is running", path);
	else
		set_errno(error, "cannot lock", path);
	close(fd);
	return -1;
}

// Whether the new file may take its name; what was there may be the flash of a board that is running.
static gboolean
may_replace(const struct gya_sim_options *options, GError **error)
{
	int lock;

	if (!g_file_test(options->flash, G_FILE_TEST_EXISTS))
		return TRUE;
	if (!options->force) {
		g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_EXIST,
			"%s is there already: leave --new out to use it, or replace it with --force",
			options->flash);
		return FALSE;
	}
	lock = lock_file(options->flash, error);
	if (lock < 0)
		return FALSE;
	close(lock);
	return TRUE;
}

static gboolean
make_file(const struct gya_sim_options *options, GError **error)
{
	g_autofree char *fresh = g_strdup_printf("%s.%ld", options->flash, (long) getpid());
	gboolean ok;

	if (!may_replace(options, error))
		return FALSE;
	(void) unlink(fresh);
	ok = provision_file(options, fresh, error);
	// a link, unlike a rename, leaves alone what has come meanwhile
	if (ok && (options->force ? rename(fresh, options->flash) : link(fresh, options->flash)) != 0) {
		set_errno(error, "cannot make", options->flash);
		ok = FALSE;
	}
	(void) unlink(fresh);
	return ok;
}

static struct gya_nor_file *
open_memory(const struct gya_sim_options *options, GError **error)
{
	struct gya_nor_file *flash = gya_nor_file_open(NULL, options->board->flash_size);

	if (flash == NULL) {
		set_errno(error, "cannot make", "the flash in memory");
		return NULL;
	}
	if (provision(options, flash, error))
		return flash;
	gya_nor_file_close(flash);
	return NULL;
}

static struct gya_nor_file *
open_file(const struct gya_sim_options *options, GError **error)
{
	struct gya_nor_file *flash;
	struct stat status;

	if (stat(options->flash, &status) != 0) {
		bool is_missing = errno == ENOENT;

		set_errno(error, "cannot open", options->flash);
		g_prefix_error(error, "%s", is_missing ? "no flash file yet, --new makes one: " : "");
		return NULL;
	}
	if (!S_ISREG(status.st_mode) || status.st_size != (off_t) options->board->flash_size) {
		g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_INVAL,
			"%s is not the flash of this board: it has %lld bytes, expected are %u",
			options->flash, (long long) status.st_size, options->board->flash_size);
		return NULL;
	}
	flash = gya_nor_file_open(options->flash, options->board->flash_size);
	if (flash == NULL)
		set_errno(error, "cannot open", options->flash);
	return flash;
}

struct gya_nor_file *
gya_flash_file_open(const struct gya_sim_options *options, int *lock, GError **error)
{
	struct gya_nor_file *flash;

	*lock = -1;
	if (options->flash == NULL)
		return open_memory(options, error);
	if (options->is_new && !make_file(options, error))
		return NULL;
	flash = open_file(options, error);
	if (flash == NULL)
		return NULL;
	*lock = lock_file(options->flash, error);
	if (*lock >= 0)
		return flash;
	gya_nor_file_close(flash);
	return NULL;
}
