// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "device-agent/ports/sim/nor-file.h"

#define SIZE 0x10000u

static struct gya_nor_file *
open_memory(void)
{
	struct gya_nor_file *flash = gya_nor_file_open(NULL, SIZE);

	g_assert_nonnull(flash);
	return flash;
}

static void
test_rules(void)
{
	struct gya_nor_file *flash = open_memory();
	const struct gya_nor *nor = &flash->nor;
	guint8 byte = 0x0F;

	g_assert_cmpint(nor->program(nor->context, 10, &byte, 1), ==, GYA_NOR_OK);
	g_assert_cmpint(nor->program(nor->context, 10, &byte, 1), ==, GYA_NOR_OK);
	byte = 0xF1;
	g_assert_cmpint(nor->program(nor->context, 10, &byte, 1), ==, GYA_NOR_E_PROGRAM);
	g_assert_cmpuint(flash->n_faults, ==, 1);
	g_assert_cmpint(nor->read(nor->context, 10, &byte, 1), ==, GYA_NOR_OK);
	g_assert_cmpuint(byte, ==, 0x01);
	g_assert_cmpint(nor->erase(nor->context, 0, 0x1000), ==, GYA_NOR_OK);
	g_assert_cmpuint(flash->bytes[10], ==, 0xFF);
	gya_nor_file_close(flash);
}

static void
test_ranges(void)
{
	struct gya_nor_file *flash = open_memory();
	const struct gya_nor *nor = &flash->nor;
	guint8 bytes[16] = {0};

	g_assert_cmpint(nor->read(nor->context, SIZE - 15, bytes, 16), ==, GYA_NOR_E_RANGE);
	g_assert_cmpint(nor->read(nor->context, 0xFFFFFFF8, bytes, 16), ==, GYA_NOR_E_RANGE);
	g_assert_cmpint(nor->program(nor->context, SIZE, bytes, 1), ==, GYA_NOR_E_RANGE);
	g_assert_cmpint(nor->program(nor->context, SIZE - 16, bytes, 16), ==, GYA_NOR_OK);
	g_assert_cmpint(nor->erase(nor->context, 0x800, 0x1000), ==, GYA_NOR_E_RANGE);
	g_assert_cmpint(nor->erase(nor->context, 0, 0x800), ==, GYA_NOR_E_RANGE);
	g_assert_cmpint(nor->erase(nor->context, SIZE - 0x1000, 0x2000), ==, GYA_NOR_E_RANGE);
	gya_nor_file_close(flash);
}

static void
add_us(void *context, uint32_t us)
{
	*(guint64 *) context += us;
}

static void
test_operations(void)
{
	struct gya_nor_file *flash = open_memory();
	const struct gya_nor *nor = &flash->nor;
	guint8 bytes[600] = {0};
	guint64 us = 0;

	flash->charge_us = add_us;
	flash->charge_context = &us;
	gya_nor_file_record(flash);
	// 200 up to the page's end, 256, 144
	g_assert_cmpint(nor->program(nor->context, 56, bytes, 600), ==, GYA_NOR_OK);
	g_assert_cmpint(nor->erase(nor->context, 0, 0x2000), ==, GYA_NOR_OK);
	g_assert_cmpuint(flash->n_operations, ==, 5);
	g_assert_cmpuint(us, ==, 3 * 400 + 2 * 45000);
	g_assert_cmpuint(flash->n_log, ==, 5);
	g_assert_cmpuint(flash->log[1].offset, ==, 256);
	g_assert_cmpuint(flash->log[1].size, ==, 256);
	g_assert_cmpuint(flash->log[2].size, ==, 144);
	g_assert_cmpint(flash->log[3].kind, ==, GYA_NOR_ERASE);
	g_assert_cmpuint(flash->log[3].before[56], ==, 0);
	g_assert_cmpuint(flash->log[3].after[56], ==, 0xFF);
	gya_nor_file_close(flash);
}

// Every bit of a torn operation is either old or new, over the seeds there is some of both, and a seed
// repeats itself.
static void
test_tears(void)
{
	guint8 before[4096], after[4096], torn[4096], again[4096];
	const struct gya_nor_operation operation = {GYA_NOR_ERASE, 0, sizeof before, before, after};
	guint n_mixed = 0;

	memset(before, 0, sizeof before);
	memset(after, 0xFF, sizeof after);
	for (guint seed = 0; seed < 60; seed++) {
		gya_nor_operation_tear(&operation, seed, torn);
		gya_nor_operation_tear(&operation, seed, again);
		g_assert_cmpmem(torn, sizeof torn, again, sizeof again);
		for (guint i = 0; i < sizeof torn; i++)
			g_assert_cmpuint(torn[i] & ~(before[i] | after[i]), ==, 0);
		if (memcmp(torn, before, sizeof torn) != 0 && memcmp(torn, after, sizeof torn) != 0)
			n_mixed++;
	}
	g_assert_cmpuint(n_mixed, >=, 55);
}

static void
test_cut(gconstpointer data)
{
	enum gya_nor_moment moment = GPOINTER_TO_INT(data);
	struct gya_nor_file *flash = open_memory();
	const struct gya_nor *nor = &flash->nor;
	guint8 zeros[512] = {0};
	guint8 ones[256];

	memset(ones, 0xFF, sizeof ones);
	flash->cut = (struct gya_nor_cut){.moment = moment, .operation = 1, .seed = 3};
	g_assert_cmpint(nor->program(nor->context, 0, zeros, sizeof zeros), ==, GYA_NOR_E_FAULT);
	g_assert_true(flash->is_dead);
	g_assert_cmpint(nor->read(nor->context, 0, zeros, 1), ==, GYA_NOR_E_FAULT);
	g_assert_cmpint(nor->erase(nor->context, 0, 0x1000), ==, GYA_NOR_E_FAULT);
	gya_nor_file_power_on(flash);
	g_assert_cmpmem(flash->bytes, 256, zeros, 256);
	if (moment == GYA_NOR_BEFORE)
		g_assert_cmpmem(flash->bytes + 256, 256, ones, 256);
	else if (moment == GYA_NOR_AFTER)
		g_assert_cmpmem(flash->bytes + 256, 256, zeros, 256);
	else
		g_assert_true(memcmp(flash->bytes + 256, ones, 256) != 0 &&
			      memcmp(flash->bytes + 256, zeros, 256) != 0);
	g_assert_cmpint(nor->erase(nor->context, 0, 0x1000), ==, GYA_NOR_OK);
	gya_nor_file_close(flash);
}

static void
die_for_real(void *context)
{
	raise(SIGKILL);
}

static void
run_child(const char *path)
{
	struct gya_nor_file *flash = gya_nor_file_open(path, SIZE);
	guint8 zeros[256] = {0};

	if (flash == NULL)
		_exit(1);
	flash->cut = (struct gya_nor_cut){
		.moment = GYA_NOR_MIDDLE, .operation = 1, .seed = 3, .die = die_for_real};
	flash->nor.program(flash, 0, zeros, sizeof zeros);
	flash->nor.erase(flash, 0, 0x1000);
	_exit(2);
}

static void
test_file_outlives_the_process(void)
{
	g_autofree char *folder = g_dir_make_tmp("nor-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(folder, "flash.bin", NULL);
	struct gya_nor_file *flash;
	guint n_erased = 0;
	int status;
	pid_t child = fork();

	g_assert_cmpint(child, >=, 0);
	if (child == 0)
		run_child(path);
	g_assert_cmpint(waitpid(child, &status, 0), ==, child);
	g_assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);

	flash = gya_nor_file_open(path, SIZE);
	g_assert_nonnull(flash);
	for (guint i = 0; i < 256; i++)
		n_erased += flash->bytes[i] == 0xFF;
	g_assert_cmpuint(n_erased, >, 0);
	g_assert_cmpuint(n_erased, <, 256);
	gya_nor_file_close(flash);

	errno = 0;
	g_assert_null(gya_nor_file_open(path, 2 * SIZE));
	g_assert_cmpint(errno, ==, EINVAL);
	g_unlink(path);
	g_rmdir(folder);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/nor/programs-clear-and-erases-set", test_rules);
	g_test_add_func("/nor/ranges", test_ranges);
	g_test_add_func("/nor/operations-are-pages-and-sectors", test_operations);
	g_test_add_func("/nor/tears-mix-old-and-new", test_tears);
	g_test_add_data_func("/nor/cut/before", GINT_TO_POINTER(GYA_NOR_BEFORE), test_cut);
	g_test_add_data_func("/nor/cut/middle", GINT_TO_POINTER(GYA_NOR_MIDDLE), test_cut);
	g_test_add_data_func("/nor/cut/after", GINT_TO_POINTER(GYA_NOR_AFTER), test_cut);
	g_test_add_func("/nor/file-outlives-a-killed-process", test_file_outlives_the_process);
	return g_test_run();
}
