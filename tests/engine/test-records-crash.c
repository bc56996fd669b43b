// SPDX-License-Identifier: Apache-2.0
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/records/database-private.h"
#include "engine/records/writer.h"
#include "tests/engine/records-data.h"

#define N_KILLED 2

/* A child that does what @work says and is seen to end well only if it came to its end. */
static pid_t
start(void (*work)(const char *path, int pipe, guint n), const char *path, int pipe, guint n)
{
	pid_t child = fork();

	g_assert_cmpint(child, >=, 0);
	if (child > 0)
		return child;
	work(path, pipe, n);
	_exit(0);
}

static void
begin_and_wait(const char *path, int pipe, guint n)
{
	GyRecords *records = gy_records_open(path, NULL);
	GyRecord *record = record_sample(MAY_12);

	if (!records || !gy_records_begin(records, record, NULL))
		_exit(1);
	record->stage = GY_STAGE_PREPARE;
	if (!gy_records_note(records, record, NULL) || write(pipe, "b", 1) != 1)
		_exit(1);
	for (;;)
		pause();
}

static void
killed_program_leaves_doubt(RecordsFixture *fixture, gconstpointer data)
{
	g_autoptr(GyRecords) records = records_open(fixture->path);
	g_autoptr(GyRecord) running = NULL;
	g_autoptr(GyRecord) left = NULL;
	g_autoptr(GyRecord) last = NULL;
	g_autoptr(GError) error = NULL;
	int pipes[2];
	char byte;
	pid_t child;

	g_assert_cmpint(pipe(pipes), ==, 0);
	child = start(begin_and_wait, fixture->path, pipes[1], 0);
	g_assert_cmpint(read(pipes[0], &byte, 1), ==, 1);
	running = record_get(records, 1);
	kill(child, SIGKILL);
	/* dead, and not waited for yet: that counts already */
	waitid(P_PID, (id_t) child, &(siginfo_t){0}, WEXITED | WNOWAIT);
	left = record_get(records, 1);
	waitpid(child, NULL, 0);
	g_assert_cmpint(running->result, ==, GY_RECORD_RUNNING);
	g_assert_cmpint(left->result, ==, GY_RECORD_IN_DOUBT);
	g_assert_cmpint(left->stage, ==, GY_STAGE_PREPARE);
	last = gy_records_last_of_device(records, "0011aabb", 2, &error);
	g_assert_no_error(error);
	assert_same_record(left, last);
	close(pipes[0]);
	close(pipes[1]);
}

static guint writes_left;
static const sqlite3_io_methods *real_methods[2]; /* of the database, and of files beside it */
static sqlite3_io_methods mortal_methods[2];
static sqlite3_vfs *real_vfs;

static void
die_if_it_is_time(void)
{
	if (writes_left-- == 0)
		raise(SIGKILL);
}

static const sqlite3_io_methods *
real_of(sqlite3_file *file)
{
	return real_methods[file->pMethods == &mortal_methods[1]];
}

static int
write_or_die(sqlite3_file *file, const void *bytes, int size, sqlite3_int64 offset)
{
	die_if_it_is_time();
	return real_of(file)->xWrite(file, bytes, size, offset);
}

static int
sync_or_die(sqlite3_file *file, int flags)
{
	die_if_it_is_time();
	return real_of(file)->xSync(file, flags);
}

static int
open_mortal(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *flags_out)
{
	int kind = flags & SQLITE_OPEN_MAIN_DB ? 0 : 1;
	int result = real_vfs->xOpen(real_vfs, name, file, flags, flags_out);

	if (!file->pMethods)
		return result;
	real_methods[kind] = file->pMethods;
	mortal_methods[kind] = *file->pMethods;
	mortal_methods[kind].xWrite = write_or_die;
	mortal_methods[kind].xSync = sync_or_die;
	file->pMethods = &mortal_methods[kind];
	return result;
}

/* Tells by a byte what is on the disk for good. */
static void
write_until_killed(const char *path, int pipe, guint n)
{
	static sqlite3_vfs mortal;
	GyRecords *records;

	real_vfs = sqlite3_vfs_find(NULL);
	mortal = *real_vfs;
	mortal.zName = "mortal";
	mortal.xOpen = open_mortal;
	sqlite3_vfs_register(&mortal, 1);
	writes_left = n;
	records = gy_records_open(path, NULL);
	for (guint i = 0; records && i < N_KILLED; i++) {
		GyRecord *record = record_sample(MAY_12 + i);

		if (!gy_records_begin(records, record, NULL) || write(pipe, "b", 1) != 1)
			_exit(1);
		record->result = GY_RECORD_DONE;
		record->ended_ms = MAY_12 + 9;
		if (!gy_records_complete(records, record, NULL) || write(pipe, "c", 1) != 1)
			_exit(1);
		gy_record_free(record);
	}
	gy_records_close(records);
}

static void
assert_told(GyRecords *records, const char *told)
{
	g_autoptr(GPtrArray) list = gy_records_list(records, NULL, NULL);
	guint n_begun = 0, n_done = 0, n_in_list_done = 0;

	for (; *told; told++)
		*told == 'b' ? n_begun++ : n_done++;
	g_assert_nonnull(list);
	for (guint i = 0; i < list->len; i++) {
		const GyRecord *record = g_ptr_array_index(list, i);

		g_assert_true(record->result == GY_RECORD_DONE || record->result == GY_RECORD_IN_DOUBT);
		g_assert_cmpstr(record->board, ==, "ws63-evb");
		n_in_list_done += record->result == GY_RECORD_DONE;
	}
	/* what it was killed in may have come to its end or not */
	g_assert_cmpuint(list->len, >=, n_begun);
	g_assert_cmpuint(list->len, <=, n_begun + 1);
	g_assert_cmpuint(n_in_list_done, >=, n_done);
	g_assert_cmpuint(n_in_list_done, <=, n_done + 1);
}

/* Returns whether the child was killed. */
static gboolean
kill_at(const char *path, guint n)
{
	g_autoptr(GyRecords) records = NULL;
	char told[2 * N_KILLED + 1] = "";
	int pipes[2], status;
	pid_t child;

	g_assert_cmpint(pipe(pipes), ==, 0);
	child = start(write_until_killed, path, pipes[1], n);
	close(pipes[1]);
	waitpid(child, &status, 0);
	g_assert_cmpint(read(pipes[0], told, sizeof told - 1), >=, 0);
	close(pipes[0]);
	g_assert_true(WIFSIGNALED(status) || WEXITSTATUS(status) == 0);
	records = records_open(path);
	g_assert_true(gy_database_run(records->db, "PRAGMA integrity_check", GY_ERROR_RECORDS_READ, NULL));
	assert_told(records, told);
	return WIFSIGNALED(status);
}

static void
killed_at_each_write_it_keeps_what_it_told(RecordsFixture *fixture, gconstpointer data)
{
	guint n = 0;

	while (kill_at(fixture->path, n)) {
		records_remove(fixture->path);
		n++;
	}
	g_test_message("killed at %u writes", n);
	g_assert_cmpuint(n, >, 20);
}

static void
store_many(const char *path, int pipe, guint n)
{
	GyRecords *records;
	char byte;

	/* all begin at once, with the making of the file */
	if (read(pipe, &byte, 1) != 0 || !(records = gy_records_open(path, NULL)))
		_exit(1);
	for (guint i = 0; i < n; i++)
		record_store_new(records, MAY_12 + i, GY_RECORD_DONE, NULL, 1);
	gy_records_close(records);
}

static void
several_programs_write_at_once(RecordsFixture *fixture, gconstpointer data)
{
	g_autoptr(GyRecords) records = NULL;
	pid_t children[6];
	int pipes[2];

	g_assert_cmpint(pipe(pipes), ==, 0);
	for (guint i = 0; i < G_N_ELEMENTS(children); i++) {
		children[i] = fork();
		g_assert_cmpint(children[i], >=, 0);
		if (children[i] == 0) {
			close(pipes[1]);
			store_many(fixture->path, pipes[0], 20);
			_exit(0);
		}
	}
	close(pipes[0]);
	close(pipes[1]);
	for (guint i = 0; i < G_N_ELEMENTS(children); i++) {
		int status;

		waitpid(children[i], &status, 0);
		g_assert_cmpint(status, ==, 0);
	}
	records = records_open(fixture->path);
	g_assert_cmpint(gy_records_count(records, NULL, NULL), ==, 20 * G_N_ELEMENTS(children));
}

static void
writer_of_another_boot_is_gone(void)
{
	g_autofree char *self = gy_record_writer();
	g_autofree char *other_boot = g_strdup_printf("x%s", self);
	g_autofree char *other_start = g_strdup_printf("%s1", self);

	g_assert_true(gy_record_writer_is_alive(self));
	g_assert_false(gy_record_writer_is_alive(other_boot));
	g_assert_false(gy_record_writer_is_alive(other_start));
	g_assert_false(gy_record_writer_is_alive(NULL));
	g_assert_false(gy_record_writer_is_alive(""));
	g_assert_false(gy_record_writer_is_alive("a b"));
	g_assert_false(gy_record_writer_is_alive("boot -5 1"));
}

#define ADD(path, function)                                                                                  \
	g_test_add("/records/" path, RecordsFixture, NULL, records_set_up, function, records_tear_down)

int
main(int argc, char **argv)
{
	g_setenv("TZ", "UTC", TRUE);
	g_test_init(&argc, &argv, NULL);
	ADD("crash/killed-program-leaves-doubt", killed_program_leaves_doubt);
	ADD("crash/killed-at-each-write-it-keeps-what-it-told", killed_at_each_write_it_keeps_what_it_told);
	ADD("several/programs-write-at-once", several_programs_write_at_once);
	g_test_add_func("/records/several/writer-of-another-boot-is-gone", writer_of_another_boot_is_gone);
	return g_test_run();
}
