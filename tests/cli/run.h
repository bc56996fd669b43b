// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

/** Run: how the program under test ended and what it said. */
typedef struct {
	int status;
	char *out;
	char *err;
} Run;

void run_free(Run *run);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Run, run_free)

/** run_gantry: (transfer full): runs the program of the environment variable GANTRY; arguments end with %NULL. */
Run *run_gantry(const char *first, ...) G_GNUC_NULL_TERMINATED;
/** run_words: (transfer full): any program. @setup: (nullable): called in the child. */
Run *run_words(const char *const *words, GSpawnChildSetupFunc setup);
/** gantry_path: what GANTRY names. */
const char *gantry_path(void);

/** vector_path: (transfer full): a file of tests/vectors/ws63. */
char *vector_path(const char *name);

/** folder_new: (transfer full): an empty folder of this test; folder_free() removes it with all that is in it. */
char *folder_new(void);
void folder_free(char *folder);
/** n_files: what is in a folder, hidden files too. */
guint n_files(const char *folder);

/** assert_same_file: both are there and hold the same bytes. */
void assert_same_file(const char *one, const char *other);

/** build_example: makes FOLDER/update.fwpkg of a vector's inputs; asserts that it works. Returns its path. */
char *build_example(const char *folder);

/**
 * assert_documented: every line is an object whose type `gantry help json` describes, with the members that it
 * describes and no others.
 * Returns: (transfer full) (element-type JsonObject): the objects
 */
GPtrArray *assert_documented(const char *out);
/** last_object: the last of them. */
JsonObject *last_object(GPtrArray *objects);
/** assert_sentence: an error of that code is said on standard error, with its sentence and its next step. */
void assert_sentence(const Run *run, const char *code);
